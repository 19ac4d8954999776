"""HTTP to Synthetic Data Studio: JSON in, text out, every other outcome a `Failed`."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests

from likeness.llm import sds_errors
from likeness.llm.backend import Failed

CONNECT_SECONDS = 10.0
# An evaluation blocks the whole server, so that any other request may have to wait for its end.
READ_SECONDS = 180.0
KEY_VARIABLE = "CDSW_APIV2_KEY"


class Bearer(requests.auth.AuthBase):
    """Sends the key, and keeps `requests` from looking for another one in a .netrc file."""

    def __init__(self, key: str | None):
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def shown(url: str) -> str:
    """`url` without a user or password in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


class SdsHttp:
    """One server. `url` may end in a slash or in one of the server's own routes' names.

    Raises ValueError if `url` is no http address.
    """

    def __init__(self, url: str, key: str | None = None, read_seconds: float = READ_SECONDS):
        base = url.strip().rstrip("/").removesuffix("/synthesis/freeform")
        self._base = base.removesuffix("/synthesis/evaluate_freeform")
        if urlsplit(self._base).scheme not in ("http", "https") or not urlsplit(self._base).netloc:
            raise ValueError(
                f"The var url is {shown(url)!r}; it has to be the address of the Synthetic Data "
                "Studio application, such as https://sds.example.org"
            )
        self.url = shown(self._base)
        self._auth = Bearer(key)
        self._key = key
        self._read_seconds = read_seconds

    def get(self, path: str, params: Mapping[str, object] | None = None) -> str:
        """The JSON text of a GET; raises Failed."""
        return self._send("GET", path, params=params)

    def post(self, path: str, body: object, read_seconds: float | None = None) -> str:
        """The JSON text of a POST; raises Failed, with `transport` where the work may go on."""
        return self._send("POST", path, json=body, read_seconds=read_seconds)

    def _send(
        self, method: str, path: str, read_seconds: float | None = None, **content: object
    ) -> str:
        try:
            # A connection of its own: on a kept one, a server's goodbye looks like lost work.
            answer = requests.request(
                method,
                self._base + path,
                auth=self._auth,
                timeout=(CONNECT_SECONDS, read_seconds or self._read_seconds),
                allow_redirects=False,
                **content,
            )
            text = answer.content.decode("utf-8", "replace")
        except (requests.exceptions.ConnectTimeout, requests.exceptions.InvalidURL):
            raise sds_errors.unreachable(self.url) from None
        except requests.exceptions.SSLError:
            raise sds_errors.untrusted(self.url) from None
        except requests.exceptions.ReadTimeout:
            raise sds_errors.broken(self.url, "got no answer in time") from None
        except requests.exceptions.RequestException as error:
            if _never_connected(error):
                raise sds_errors.unreachable(self.url) from None
            raise sds_errors.broken(self.url, "broke off") from None
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code in (401, 403) or 300 <= answer.status_code < 400:
            raise sds_errors.unauthorised(self.url, answer.status_code)
        if "json" not in kind:
            raise sds_errors.page(self.url, answer.status_code, path)
        if answer.status_code != 200:
            raise self._without_key(
                sds_errors.from_answer(self.url, path, answer.status_code, text)
            )
        return text

    def _without_key(self, failure: Failed) -> Failed:
        if self._key and self._key in failure.sentence:
            failure.sentence = failure.sentence.replace(self._key, "***")
            failure.args = (failure.sentence,)
        return failure


def _never_connected(error: Exception) -> bool:
    """Whether a connection was refused or the host unknown: the request never left."""
    reason = error.args[0] if error.args else None
    reason = getattr(reason, "reason", reason)
    return isinstance(
        reason,
        requests.packages.urllib3.exceptions.NewConnectionError
        | requests.packages.urllib3.exceptions.NameResolutionError,
    )


def parsed(text: str, path: str) -> object:
    """JSON of an answer; raises Failed if it is none (an answer that was cut off)."""
    try:
        return json.loads(text)
    except ValueError:
        raise Failed(
            f"The answer to {path} ended before its JSON did.", retryable=True, transport=True
        ) from None
