"""A chat-completions server on loopback that goes wrong on demand and writes down every request."""

import json
import random
import re
import socket
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from fakes.faults import CALL_FAULTS, Faults, spoiled
from fakes.loans import loans

PAGE = b"<!DOCTYPE html><html><body>Sign in</body></html>"


@dataclass
class Seen:
    """One request as the server saw it; `answered` once the whole answer was sent.

    `tokens` are those it says it has read and written.
    """

    name: str
    seed: str
    rows: int
    fault: str
    authorization: str | None
    form: str
    at: float
    answered: bool = False
    tokens: tuple[int, int] = (0, 0)


class FakeOpenAI:
    """The server; `with FakeOpenAI() as server:` then `server.base_url`.

    `forms` are the response formats it takes; `key`, if set, the only key; `retry_after` what a 429
    asks for; `slow` how long a slow call takes; `delay` how long each call takes; `models` are what
    it lists.
    """

    def __init__(
        self,
        faults: Faults | None = None,
        *,
        forms: tuple[str, ...] = ("json_schema", "json_object"),
        key: str | None = None,
        retry_after: str = "0",
        slow: float = 2.0,
        delay: float = 0.0,
        score: object = 9,
        models: tuple[str, ...] = (),
    ):
        self.faults = faults or Faults()
        self.forms = forms
        self.key = key
        self.retry_after = retry_after
        self.slow = slow
        self.delay = delay
        self.score = score
        self.models = models
        self.seen: list[Seen] = []
        self.guidelines: set[str] = set()
        self.most_at_once = 0
        self.refused_forms = 0
        self._now = 0
        self._lock = threading.Lock()
        self._rng = random.Random(7)
        handler = type("Handler", (_Handler,), {"fake": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> "FakeOpenAI":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def counts(self) -> Counter:
        """Calls by fault; the empty name is a good answer."""
        return Counter(seen.fault for seen in self.seen)

    def enter(self) -> None:
        """A call begins."""
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)

    def leave(self) -> None:
        """A call has ended."""
        with self._lock:
            self._now -= 1

    def note(self, seen: Seen) -> None:
        """Write a request down."""
        with self._lock:
            self.seen.append(seen)

    def content(self, seen: Seen, text: str) -> str:
        """What the model writes for a call: rows, or scores where records are asked about."""
        with self._lock:
            rng = random.Random(self._rng.random())
        if "# Records" in text:
            ids = re.findall(r'^\{"id": "(\d+)"', text, re.MULTILINE)
            listed = [
                {"id": one, "score": self.score, "justification": "no fault found"} for one in ids
            ]
            return json.dumps({"scores": listed})
        wanted = {"fewer": max(1, seen.rows - 2), "more": seen.rows + 2}.get(seen.fault, seen.rows)
        rows = loans(seen.seed, wanted, rng, mark=f"Mark{len(self.seen)}")
        return spoiled(seen.fault, rows)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Say nothing when a client was killed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeOpenAI

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if not self._authorised():
            return
        listed = [{"id": name, "object": "model"} for name in self.fake.models]
        self._reply(200, json.dumps({"object": "list", "data": listed}).encode())

    def do_POST(self) -> None:
        self.fake.enter()
        try:
            self._post()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            self.fake.leave()

    def _post(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._authorised():
            return
        form = body.get("response_format", {}).get("type", "none")
        if form != "none" and form not in self.fake.forms:
            said = {"error": {"message": f"response_format {form} is not supported"}}
            self.fake.refused_forms += 1
            self._reply(400, json.dumps(said).encode())
            return
        text = body["messages"][-1]["content"]
        seed = re.search(r"# Seed\n(.*?)\n\n# Task", text, re.DOTALL)
        rows = re.search(r"Write (\d+) new records", text)
        seen = Seen(
            name=self.headers.get("Idempotency-Key", ""),
            seed=seed[1] if seed else "",
            rows=int(rows[1]) if rows else 0,
            fault=self.fake.faults.next(),
            authorization=self.headers.get("Authorization"),
            form=form,
            at=time.monotonic(),
        )
        self.fake.guidelines.add(body["messages"][0]["content"])
        self.fake.note(seen)
        time.sleep(self.fake.delay)
        if not self._failed(seen.fault):
            self._answer(seen, text)

    def _answer(self, seen: Seen, text: str) -> None:
        content = self.fake.content(seen, text)
        seen.tokens = len(text) // 4, len(content) // 4
        whole = {
            "id": "x",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "length" if seen.fault == "truncated" else "stop",
                    "message": {"role": "assistant", "content": content},
                }
            ],
            "usage": dict(zip(("prompt_tokens", "completion_tokens"), seen.tokens, strict=True)),
        }
        if seen.fault == "empty_content":
            whole["choices"][0]["message"]["content"] = ""
        if seen.fault == "no_choices":
            whole["choices"] = []
        data = json.dumps(whole).encode()
        if seen.fault == "broken_envelope":
            data = data[:-20]
        if seen.fault == "cut_body":
            self._reply(200, data, send=len(data) // 2)
            self._abort()
            return
        self._reply(200, data)
        seen.answered = seen.fault not in CALL_FAULTS

    def _failed(self, fault: str) -> bool:
        if fault == "http_500":
            self._reply(500, b'{"error": {"message": "CUDA out of memory"}}')
        elif fault == "echo":
            said = {"error": {"message": f"you sent {self.headers.get('Authorization')}"}}
            self._reply(500, json.dumps(said).encode())
        elif fault == "http_429":
            headers = {"Retry-After": self.fake.retry_after} if self.fake.retry_after else {}
            self._reply(429, b'{"error": {"message": "slow down"}}', headers=headers)
        elif fault in ("http_503_html", "html_200"):
            status = 503 if fault == "http_503_html" else 200
            self._reply(status, PAGE, headers={"Content-Type": "text/html"})
        elif fault == "http_404":
            self._reply(404, b'{"error": {"message": "The model does not exist."}}')
        elif fault == "http_400_model":
            self._reply(400, b'{"error": {"message": "Invalid model name passed in model=x"}}')
        elif fault == "http_400_length":
            said = b'{"error": {"message": "This model\'s maximum context length is 4096 tokens"}}'
            self._reply(400, said)
        elif fault == "redirect":
            self._reply(302, b"", headers={"Location": "/login", "Content-Type": "text/html"})
        elif fault == "disconnect":
            self._abort()
        elif fault == "slow":
            time.sleep(self.fake.slow)
            self._abort()
        else:
            return False
        return True

    def _authorised(self) -> bool:
        wanted = self.fake.key
        if wanted and self.headers.get("Authorization") != f"Bearer {wanted}":
            given = self.headers.get("Authorization", "")
            said = {"error": {"message": f"Incorrect API key provided: {given}"}}
            self._reply(401, json.dumps(said).encode())
            return False
        return True

    def _reply(
        self, status: int, data: bytes, headers: dict | None = None, send: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | (headers or {})).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data if send is None else data[:send])

    def _abort(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
