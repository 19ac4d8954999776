"""HTTP to Synthetic Data Studio: JSON in, text out, every other outcome a `Failed`."""

import json
from urllib.parse import urlsplit

from likeness.llm.core.backend import Failed
from likeness.llm.core.http import Http, Reply
from likeness.llm.sds import errors

# An evaluation blocks the whole server, so that any other request may have to wait for its end.
READ_SECONDS = 180.0
KEY_VARIABLE = "CDSW_APIV2_KEY"
ROUTES = ("/synthesis/freeform", "/synthesis/evaluate_freeform", "/synthesis/generate")
ADVICE = "Is the Synthetic Data Studio application running, and is the var url its address?"


class SdsHttp:
    """One server. `url` may end in a slash, or in the route as the original method's vars have it.

    Raises ValueError if `url` is no http address.
    """

    def __init__(
        self, url: str, key: str | None = None, read_seconds: float = READ_SECONDS
    ) -> None:
        base = url.strip().rstrip("/")
        for route in ROUTES:
            base = base.removesuffix(route)
        if urlsplit(base).scheme not in ("http", "https") or not urlsplit(base).netloc:
            raise ValueError(
                "The var url has to be the address of the Synthetic Data Studio application, such "
                "as https://sds.example.org"
            )
        self.url = base
        self._key = (key or "").strip()
        self._http = Http(base, key=key, timeout=read_seconds, advice=ADVICE)

    def get(self, path: str) -> str:
        """The JSON text of a GET; raises Failed."""
        return self._text(path, self._http.send("GET", path))

    def post(self, path: str, body: object, read_seconds: float | None = None) -> str:
        """The JSON text of a POST; raises Failed, with `transport` where the work may go on."""
        return self._text(path, self._http.send("POST", path, body, timeout=read_seconds))

    def _text(self, path: str, reply: Reply) -> str:
        status = reply.status
        route = path.partition("?")[0]
        place = reply.headers.get("location", "").partition("?")[0]
        if 300 <= status < 400 and urlsplit(place).netloc and place.endswith(route):
            raise errors.moved(self.url, place.removesuffix(route))
        if status in (401, 403, 404) and route in ROUTES:
            words = errors.detail(reply.text)
            if words:
                raise errors.from_endpoint(status, self._without_key(words))
        if status in (401, 403) or 300 <= status < 400:
            raise errors.unauthorised(self.url, status)
        if reply.html or "json" not in reply.headers.get("content-type", ""):
            raise errors.page(self.url, status, path)
        if status != 200:
            raise errors.from_answer(self.url, path, status, self._without_key(reply.text))
        return reply.text

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "***") if self._key else text


def parsed(text: str, path: str) -> object:
    """JSON of an answer; raises Failed if it is none (an answer that was cut off)."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Failed(
            f"The answer to {path} ended before its JSON did.", retryable=True, transport=True
        ) from None
