"""A fake Synthetic Data Studio on loopback: real HTTP, the real one's manners and faults.

    with FakeSds(tmp_path) as server:
        requests.get(server.url + "/use-cases")

It works in `folder` as the real server works in its project root. `scale` is how many real
seconds one of its seconds of work takes, `limit_scale` the same for its time-outs: equal where a
test is about time-outs, far apart elsewhere, so that a busy machine doesn't meet one by chance.
What is not imitated: prompts word by word, the other providers' clients, a proxy's own time-outs.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from fakes import sds_evaluation, sds_synthesis
from fakes.sds_jobs import Jobs
from fakes.sds_llm import FakeLlm
from fakes.sds_routes import Page, invalid, post, read
from fakes.sds_store import Store, json_text
from fakes.sds_synthesis import Refused
from fakes.sds_turns import Turns

LIMITS = (("/generate", 200.0), ("/freeform", 300.0), ("/evaluate", 200.0))
INDEX = "<!doctype html><title>SDS stub index</title>\n"
LOGIN = "<!doctype html><title>Log in to the workbench</title><form>...</form>\n"


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    body: dict | None
    authorization: str | None


@dataclass(frozen=True)
class Clock:
    """The server's own seconds."""

    scale: float

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            time.sleep(seconds * self.scale)


def blocking(seen: Seen) -> bool:
    """Whether no other request is served meanwhile: the server's event loop does the work."""
    if seen.method == "GET":
        return seen.path.endswith("/history")
    if seen.path == "/synthesis/freeform":
        return not seen.body.get("is_demo", True)
    return seen.path == "/synthesis/evaluate_freeform"


def limit_of(path: str) -> float:
    """The middleware's time-out for a path, in the server's seconds."""
    if "health" in path:
        return 5.0
    return next((seconds for end, seconds in LIMITS if path.endswith(end)), 60.0)


class FakeSds:
    """The server and its switches.

    `cml`: job mode works. `token`: the workbench's proxy wants it (`login`: by a redirect to a
    page, else by 401). `python`: the version it runs on decides how a long evaluation ends.
    `front(seen)` plays what stands between: None, `drop` (the connection closes at once, nothing
    arrived), `drop_after` (it closes when the answer is ready), `html`, `https` (it sends everybody
    on), `502`, `503`, `504`.
    `llm.plan`, `jobs.blank_histories`, `jobs.failing_lookups` switch the rest.
    """

    def __init__(self, folder: Path, scale: float = 0.001, limit_scale: float = 0.2):
        self.clock = Clock(scale)
        self.limit_scale = limit_scale
        self.store = Store(folder)
        self.llm = FakeLlm(self.clock.sleep)
        self.jobs = Jobs(self)
        self.loop = threading.Lock()
        self.turns = Turns()
        self.cml = True
        self.token: str | None = None
        self.login = False
        self.python = "3.11"
        self.front: Callable[[Seen], str | None] = lambda seen: None
        self.seen: list[Seen] = []
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.fake = self
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()

    def posts(self, path: str) -> list[dict]:
        """The bodies posted to `path` so far."""
        return [seen.body for seen in self.seen if seen.method == "POST" and seen.path == path]

    def answer(self, seen: Seen, query: dict[str, str]) -> tuple[int, object]:
        """Status and body (a Page for html), within the middleware's time-out where one fires."""
        refusal = invalid(seen.path, seen.body) if seen.method == "POST" else None
        if refusal:
            return refusal.status, refusal.body
        if seen.method == "POST" and seen.path == "/synthesis/evaluate_freeform":
            return self._evaluated(seen)
        if blocking(seen):
            with self.loop:
                return _settled(self._work, seen, query)
        with self.loop:
            pass
        box: list[tuple[int, object]] = []

        def work() -> None:
            box.append(_settled(self._work, seen, query))

        worker = threading.Thread(target=work, daemon=True)
        worker.start()
        worker.join(limit_of(seen.path) * self.limit_scale)
        return box[0] if box else _timed_out(seen.path)

    def _work(self, seen: Seen, query: dict[str, str]) -> object:
        if seen.method == "GET":
            return read(self, seen.path, query, INDEX)
        if seen.path == "/synthesis/freeform" and seen.body.get("is_demo", True):
            return sds_synthesis.demo(self, seen.body)
        return post(self, seen.path, seen.body)

    def _evaluated(self, seen: Seen) -> tuple[int, object]:
        """Evaluation blocks the event loop: no other request is served, and no time-out fires."""
        with self.loop:
            started = time.monotonic()
            demo = seen.body.get("is_demo", True)
            work = sds_evaluation.demo if demo else self.jobs.start
            arguments = (self, seen.body) if demo else (seen.body, False)
            result = _settled(work, *arguments)
            took = time.monotonic() - started
        late = took > limit_of(seen.path) * self.limit_scale
        return _timed_out(seen.path) if late and self.python >= "3.12" else result


def _settled(work: Callable, *arguments: object) -> tuple[int, object]:
    try:
        return 200, work(*arguments)
    except Refused as refusal:
        return refusal.status, refusal.body


def _timed_out(path: str) -> tuple[int, object]:
    text = f"Operation '{path.rsplit('/', 1)[-1]}' timed out after {limit_of(path)} seconds"
    return 504, {"status": "failed", "error": text}


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def process_request(self, request, client_address):
        """In the order in which connections are accepted."""
        self.fake.turns.arrived(request)
        super().process_request(request, client_address)

    def handle_error(self, request, client_address):
        """A client that was killed is no news; anything else is printed."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def finish(self):
        self.server.fake.turns.over(self.request)
        super().finish()

    def do_GET(self):
        self._serve("GET", None)

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw or b"{}")
        except ValueError:
            body = None
        if isinstance(body, dict):
            self._serve("POST", body)
        else:
            self._send(422, {"detail": [{"type": "json_invalid", "loc": ["body", 1]}]})

    def _serve(self, method: str, body: dict | None) -> None:
        fake: FakeSds = self.server.fake
        parts = urlsplit(self.path)
        seen = Seen(method, unquote(parts.path), body, self.headers.get("Authorization"))
        fake.turns.wait(self.request)
        fake.seen.append(seen)
        if not blocking(seen):
            fake.turns.over(self.request)
        try:
            self._reply(fake, seen, parts.query)
        finally:
            # A connection that is kept alive takes a new turn for its next request.
            fake.turns.over(self.request)

    def _reply(self, fake: "FakeSds", seen: Seen, query: str) -> None:
        if fake.token and seen.authorization != f"Bearer {fake.token}":
            self._unauthorised(fake.login)
            return
        fault = fake.front(seen)
        if fault == "drop":
            self._drop()
        elif fault == "html":
            self._send(200, Page(LOGIN))
        elif fault == "https":
            self._send(301, Page(""), {"Location": f"https://sds.example.org{self.path}"})
        elif fault and fault.isdigit():
            self._send(int(fault), Page(f"<html><h1>{fault} from the proxy</h1></html>"))
        else:
            status, answer = fake.answer(seen, dict(parse_qsl(query)))
            if fault == "drop_after":
                self._drop()
            else:
                self._send(status, answer)

    def _unauthorised(self, login: bool) -> None:
        if not login:
            self._send(401, {"message": "Unauthorized"})
        elif self.path == "/login":
            self._send(200, Page(LOGIN))
        else:
            self._send(302, Page(""), {"Location": "/login"})

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(2)

    def _send(self, status: int, answer: object, headers: dict | None = None) -> None:
        page = isinstance(answer, Page)
        try:
            text = answer.text if page else json_text(answer)
        except ValueError as error:
            status = 500
            text = json_text({"status": "failed", "error": str(error).partition(":")[0]})
        data = text.encode()
        try:
            self.send_response(status)
            kind = "text/html; charset=utf-8" if page else "application/json"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            self.close_connection = True
