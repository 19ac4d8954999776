"""One HTTP exchange with a server that may be slow, wrong, dead, or somebody else.

Bodies are read against a deadline and a size limit; keys are never followed into other hosts, nor
shown in any message.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests

from likeness.llm.core.backend import Failed

MAX_BODY = 64 * 1024 * 1024
CONNECT_SECONDS = 10.0
SHOWN = 300
_HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


@dataclass(frozen=True)
class Reply:
    """What came back: status, headers, and the body as text (`utf-8`, broken bytes replaced)."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def html(self) -> bool:
        """Whether it is a page for people."""
        kind = self.headers.get("content-type", "").lower()
        return "html" in kind or self.text.lstrip()[:15].lower().startswith(("<!doctype", "<html"))

    @property
    def retry_after(self) -> float | None:
        """Seconds until the server wants to be asked again, if it says so.

        LiteLLM's proxy hands on what a model's server says, and says its own, under another name.
        """
        names = ("retry-after", "llm_provider-retry-after")
        given = next((self.headers[name] for name in names if name in self.headers), "").strip()
        try:
            return max(0.0, float(given))
        except ValueError:
            pass
        try:
            moment = parsedate_to_datetime(given)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())

    def json(self) -> object:
        """The body as JSON. Raises ValueError."""
        try:
            return json.loads(self.text)
        except RecursionError:
            raise ValueError("nested too deeply") from None


class Http:
    """Requests to `base`, with `key` as Bearer if there is one; several threads may share it.

    `timeout` bounds a whole exchange, in seconds. `advice` ends the sentences about a server that
    can't be reached. Raises ValueError for an address or key that can't be sent safely.
    """

    def __init__(self, base: str, *, key: str | None, timeout: float, advice: str) -> None:
        self.base = base.rstrip("/")
        self._key = (key or "").strip() or None
        if "@" in urlsplit(self.base).netloc:
            raise ValueError("A server's address holds no user name and no password.")
        if self._key and not re.fullmatch(r"[!-~]+", self._key):
            raise ValueError("The key in the environment holds blanks or control characters.")
        self._timeout = timeout
        self._advice = advice

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        timeout: float | None = None,
        name: str = "",
    ) -> Reply:
        """One exchange; `name` is sent as Idempotency-Key, the same when a call is repeated.

        Raises Failed for everything that brought no complete HTTP answer.
        """
        limit = timeout or self._timeout
        ends = time.monotonic() + limit
        try:
            with requests.request(
                method,
                self.base + path,
                data=None if body is None else json.dumps(body).encode(),
                headers=_HEADERS | ({"Idempotency-Key": name} if name else {}),
                auth=self._authorise,
                timeout=(min(CONNECT_SECONDS, limit), limit),
                allow_redirects=False,
                stream=True,
            ) as response:
                text = self._body(response, ends)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Reply(response.status_code, headers, text)
        except requests.exceptions.ConnectTimeout:
            raise self._unreachable("did not accept a connection in time") from None
        except requests.exceptions.Timeout:
            raise Failed(
                f"{self.base} did not answer within {limit:g} s (var timeout).",
                retryable=True,
                transport=True,
            ) from None
        except requests.exceptions.ConnectionError as error:
            raise self._broken(error) from None
        except requests.exceptions.RequestException as error:
            if isinstance(error, (ValueError, requests.exceptions.InvalidSchema)):
                raise Failed(
                    f"{self.base} is no usable address. {self._advice}", fatal=True
                ) from None
            raise self._cut() from None

    def scrub(self, text: str) -> str:
        """`text` without the key, on one line, cut to a sentence's length."""
        if self._key:
            text = text.replace(self._key, "***")
        return " ".join(text.split())[:SHOWN]

    def _authorise(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request

    def _body(self, response: requests.Response, ends: float) -> str:
        parts, size = [], 0
        for part in response.iter_content(65536):
            parts.append(part)
            size += len(part)
            if size > MAX_BODY:
                raise Failed(f"{self.base} sent more than {MAX_BODY // 2**20} MB.", transport=True)
            if time.monotonic() > ends:
                raise requests.exceptions.ReadTimeout
        return b"".join(parts).decode("utf-8", errors="replace")

    def _broken(self, error: Exception) -> Failed:
        said = repr(error)
        if "RemoteDisconnected" in said or "ConnectionReset" in said or "Broken pipe" in said:
            return self._cut()
        if "Connection refused" in said:
            return self._unreachable("refuses connections: nothing listens there")
        if "NameResolution" in said or "getaddrinfo" in said:
            return self._unreachable("is an address that cannot be resolved")
        if "CERTIFICATE" in said.upper():
            return Failed(
                f"{self.base} has a certificate that cannot be verified: name your bank's root "
                "certificate in REQUESTS_CA_BUNDLE.",
                fatal=True,
            )
        return self._unreachable("cannot be reached")

    def _cut(self) -> Failed:
        return Failed(
            f"{self.base} broke the connection before its answer was complete.",
            retryable=True,
            transport=True,
        )

    def _unreachable(self, what: str) -> Failed:
        return Failed(f"{self.base} {what}. {self._advice}", retryable=True, down=True)


def read_json(reply: Reply, base: str, scrub: Callable[[str], str]) -> object:
    """The JSON body of a completed exchange. Raises Failed for a page or a broken body."""
    if reply.html:
        raise Failed(
            f"{base} answered with a web page (status {reply.status}) instead of JSON: the address "
            "is wrong, or a proxy or login page stands before the server.",
            retryable=True,
            down=True,
        )
    try:
        return reply.json()
    except ValueError:
        raise Failed(
            f"{base} answered with something that is no JSON (status {reply.status}): "
            f"{scrub(reply.text)[:80]!r}.",
            retryable=True,
            transport=True,
        ) from None
