"""A small stand-in for a chat-completions server: an ideal reader with faults, on loopback.

It lets anybody see a build with a language model (its progress, funnel and report) without a key.
"""

import json
import random
import re
import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from likeness.llm.demo.reader import Reader
from likeness.schema.fields import Field

MODEL = "likeness-demo"
SEED = re.compile(r"# Seed\n(.*?)\n\n# Task", re.DOTALL)
WANTED = re.compile(r"Write (\d+) new records")
RECORD_ID = re.compile(r'^\{"id": "(\d+)"', re.MULTILINE)
# What goes wrong, and how often: calls that fail, and answers that are not as asked for.
FAULTS = {
    "busy": 0.03,
    "error": 0.03,
    "refusal": 0.02,
    "prose": 0.04,
    "quotes": 0.04,
    "cut": 0.02,
    "wrong": 0.05,
}
REFUSAL = "I can't help with making up financial records."
JUDGED = "No field is at fault."


class DemoServer:
    """The server; `with DemoServer(...) as server:` then `server.base_url`.

    Faults are those of `FAULTS` times `faults`, drawn from `seed`.
    """

    def __init__(
        self,
        fields: Sequence[Field],
        shares: Mapping[str, Mapping[str, float]] | None = None,
        *,
        faults: float = 1.0,
        seed: int = 7,
    ) -> None:
        self._chance = random.Random(seed)
        self._reader = Reader(fields, self._chance, shares=shares, digits=2)
        self._fields = fields
        self._faults = faults
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"demo": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> "DemoServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, text: str) -> tuple[int, dict]:
        """Status and body of the answer to a request whose last message is `text`."""
        with self._lock:
            fault = self._fault()
            if fault == "busy":
                return 429, {"error": {"message": "the demo server pretends to be busy"}}
            if fault == "error":
                return 500, {"error": {"message": "the demo server pretends to fail"}}
            content = self._content(text, fault)
        usage = {"prompt_tokens": len(text) // 4, "completion_tokens": len(content) // 4}
        message = {"role": "assistant", "content": content}
        finish = "length" if fault == "cut" else "stop"
        return 200, {
            "id": "demo",
            "model": MODEL,
            "choices": [{"index": 0, "finish_reason": finish, "message": message}],
            "usage": usage,
        }

    def _fault(self) -> str:
        at = self._chance.random()
        for name, share in FAULTS.items():
            at -= share * self._faults
            if at < 0:
                return name
        return ""

    def _content(self, text: str, fault: str) -> str:
        if fault == "refusal":
            return REFUSAL
        seed, wanted = SEED.search(text), WANTED.search(text)
        if not seed or not wanted:
            scores = [
                {"id": one, "score": self._chance.choice((7, 8, 9, 9, 10)), "justification": JUDGED}
                for one in RECORD_ID.findall(text)
            ]
            return json.dumps({"scores": scores})
        rows = self._reader.rows(seed[1].splitlines(), int(wanted[1]))
        if fault == "wrong":
            rows[0] |= {field.name: "unknown" for field in self._fields if field.allowed_values}
        if fault == "quotes":
            return str(rows)
        whole = json.dumps({"rows": rows}, ensure_ascii=False)
        if fault == "prose":
            return f"Here are the records:\n```json\n{whole}\n```\nLet me know if you need more."
        return whole[: -len(whole) // 8] if fault == "cut" else whole


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    demo: DemoServer

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._reply(200, {"object": "list", "data": [{"id": MODEL, "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        messages = body.get("messages") or [{}]
        self._reply(*self.demo.answer(str(messages[-1].get("content", ""))))

    def _reply(self, status: int, body: dict) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
