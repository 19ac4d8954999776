"""Servers with OpenAI's chat completions: vLLM, Ollama, llama.cpp, and hosted ones.

How a server can be held to JSON is found out by trying: a schema, else any object, else by the
prompt alone. A server that refuses the stronger form with status 400 is not asked for it again.
"""

import os
import threading
from collections.abc import Mapping, Sequence

from likeness.llm.core import parse
from likeness.llm.core.backend import (
    DEFAULT_CONCURRENCY,
    DEFAULT_MAX_TOKENS,
    NO_MODEL,
    Answer,
    Failed,
    GenerationRequest,
    JudgeRequest,
    Row,
    Score,
)
from likeness.llm.core.http import Http, Reply, read_json
from likeness.llm.core.json_schema import SCORE_SCHEMA, listed_schema, row_schema
from likeness.llm.core.prompts import Prompts
from likeness.schema.sentences import nearest

KEY_VARIABLE = "OPENAI_API_KEY"
CHECK_SECONDS = 20.0
MOST_MODELS = 5
FORMS = ("json_schema", "json_object", "none")
PASSED_ON = ("temperature", "top_p", "top_k", "min_p", "seed", "frequency_penalty", "stop")
_FORMAT_WORDS = ("response_format", "json_schema", "json_object", "schema", "grammar", "guided")


class OpenAI:
    """A Backend (see backend.py) for `base_url`, which ends before /chat/completions.

    The key is read from the environment when the object is made, and kept out of its repr.
    `models` are those that will be asked: `check` looks for them in the server's list.
    """

    name = "openai"

    def __init__(
        self,
        base_url: str,
        prompts: Prompts,
        *,
        concurrency: int = DEFAULT_CONCURRENCY,
        timeout: float = 300.0,
        rows_per_request: int = 5,
        judge_batch: int = 5,
        models: Sequence[str] = (),
    ) -> None:
        base = base_url.rstrip("/").removesuffix("/chat/completions")
        advice = "Is the server running, and is base_url its address up to /v1?"
        self._http = Http(base, key=os.environ.get(KEY_VARIABLE), timeout=timeout, advice=advice)
        self._prompts = prompts
        self._names = [field.name for field in prompts.fields]
        self._schemas = {
            "rows": listed_schema("rows", row_schema(prompts.fields)),
            "scores": listed_schema("scores", SCORE_SCHEMA),
        }
        self.parallel = self.judge_parallel = concurrency
        self.rows_per_request = self.rows_per_completion = rows_per_request
        self.judge_batch = self.judged_per_completion = judge_batch
        self._models = models
        self._unlisted: dict[str, str] = {}
        self._form = 0
        self._tokens_name = "max_tokens"
        self._lock = threading.Lock()

    def check(self) -> str:
        """Ask for the list of models: reachable, authorised, and no page for people."""
        reply = self._http.send("GET", "/models", timeout=CHECK_SECONDS)
        if _refuses_key(reply):
            raise self._refused(reply)
        if reply.html:
            read_json(reply, self._http.base, self._http.scrub)
        self._unlisted = _unlisted(reply, self._models)
        return " ".join([f"{self._http.base} answers.", *self._unlisted.values()])

    def generate(self, request: GenerationRequest) -> Answer:
        """One chat completion for rows."""
        text = self._prompts.generation_request(request.seed_text, request.rows, request.examples)
        return self._complete(request, request.prompt, text, "rows")

    def judge(self, request: JudgeRequest) -> Answer:
        """One chat completion for scores."""
        text = self._prompts.evaluation_request([row for _, row in request.rows])
        return self._complete(request, request.prompt, text, "scores")

    def recover(self, request: GenerationRequest | JudgeRequest) -> None:
        """Nothing: these servers keep no answers."""
        return

    def kept(self, request: GenerationRequest | JudgeRequest) -> None:
        """Nothing: there are no notes on calls."""
        return

    def rows(self, raw: str) -> list[object]:
        """The items in an answer."""
        return parse.items(raw, self._names)

    def scores(self, raw: str, rows: Sequence[Row]) -> list[Score]:
        """One score per row; the rows were numbered from 1."""
        return parse.scores(raw, [str(number) for number in range(1, len(rows) + 1)])

    def _complete(
        self, request: GenerationRequest | JudgeRequest, guidelines: str, text: str, what: str
    ) -> Answer:
        while True:
            form, tokens_name = self._form, self._tokens_name
            body = self._body(request, guidelines, text, what, form, tokens_name)
            reply = self._http.send("POST", "/chat/completions", body, name=request.fingerprint)
            if reply.status in (400, 422) and self._learned(reply, form, tokens_name):
                continue
            if reply.status != 200:
                raise self._failure(reply, request.model_id)
            return self._answer(reply)

    def _body(
        self,
        request: GenerationRequest | JudgeRequest,
        guidelines: str,
        text: str,
        what: str,
        form: int,
        tokens_name: str,
    ) -> dict:
        body: dict = {
            "model": request.model_id,
            "messages": [
                {"role": "system", "content": guidelines},
                {"role": "user", "content": text},
            ],
            tokens_name: int(request.parameters.get("max_tokens") or DEFAULT_MAX_TOKENS),
            "stream": False,
        }
        for name in PASSED_ON:
            if request.parameters.get(name) is not None:
                body[name] = request.parameters[name]
        if FORMS[form] == "json_schema":
            schema = {"name": what, "strict": True, "schema": self._schemas[what]}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif FORMS[form] == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body

    def _learned(self, reply: Reply, form: int, tokens_name: str) -> bool:
        said = reply.text.lower()
        with self._lock:
            if tokens_name == "max_tokens" and "max_completion_tokens" in said:
                self._tokens_name = "max_completion_tokens"
                return True
            if FORMS[form] != "none" and any(word in said for word in _FORMAT_WORDS):
                self._form = max(self._form, form + 1)
                return True
        return False

    def _answer(self, reply: Reply) -> Answer:
        body = read_json(reply, self._http.base, self._http.scrub)
        try:
            choice = body["choices"][0]
            message = choice["message"]
        except (TypeError, LookupError):
            raise Failed(
                f"{self._http.base} answered without a completion: "
                f"{self._http.scrub(_message(reply))}",
                retryable=True,
            ) from None
        content = message.get("content") if isinstance(message, Mapping) else None
        refusal = message.get("refusal") if isinstance(message, Mapping) else None
        if isinstance(content, list):
            content = "".join(
                str(part.get("text", "")) for part in content if isinstance(part, dict)
            )
        text = content or refusal
        usage = body.get("usage")
        usage = usage if isinstance(usage, Mapping) else {}
        tokens_in = _count(usage.get("prompt_tokens"))
        tokens_out = _count(usage.get("completion_tokens"))
        if not isinstance(text, str) or not text.strip():
            raise Failed(
                f"{self._http.base} answered with an empty completion.",
                retryable=True,
                tokens_in=tokens_in or 0,
                tokens_out=tokens_out or 0,
            )
        note = "truncated" if choice.get("finish_reason") == "length" else ""
        return Answer(
            raw=text,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            note="refused" if not content else note,
        )

    def _failure(self, reply: Reply, model_id: str) -> Failed:
        base, status = self._http.base, reply.status
        if _refuses_key(reply):
            return self._refused(reply)
        if reply.html or 300 <= status < 400:
            return Failed(
                f"{base} answered with a web page (status {status}) instead of JSON: the address "
                "is wrong, or a proxy or login page stands before the server.",
                retryable=True,
                down=True,
            )
        said = self._http.scrub(_message(reply))
        if status == 429:
            return Failed(
                f"{base} wants fewer requests at a time (status 429): {said} Lower concurrency "
                "if this goes on.",
                retryable=True,
                retry_after=reply.retry_after,
                busy=True,
            )
        if status == 408 or status >= 500:
            return Failed(
                f"{base} failed (status {status}): {said}",
                retryable=True,
                retry_after=reply.retry_after,
            )
        listed = self._unlisted.get(model_id, "")
        if status == 404 and not listed and not NO_MODEL.search(said):
            return Failed(
                f"{base} knows no model {model_id!r}, or is not the address up to /v1 (status "
                f"404): {said}",
                fatal=True,
            )
        if status == 404 or (status == 400 and NO_MODEL.search(said)):
            return Failed(
                f"{base} knows no model {model_id!r} (status {status}): {said} {listed} Set the "
                "var model_id (or judge_model_id) to a model that it serves.".replace("  ", " "),
                fatal=True,
            )
        return Failed(f"{base} refused the request (status {status}): {said}")

    def _refused(self, reply: Reply) -> Failed:
        return Failed(
            f"{self._http.base} refused the key (status {reply.status}): set {KEY_VARIABLE} in the "
            "environment to a key that may use this server and model.",
            fatal=True,
        )


def _refuses_key(reply: Reply) -> bool:
    """Whether the key is none that the server takes.

    LiteLLM's proxy looks for a key that is not its own in its database, and without one says so.
    """
    no_database = reply.status == 400 and "no_db_connection" in reply.text
    return reply.status in (401, 403) or no_database


def _unlisted(reply: Reply, models: Sequence[str]) -> dict[str, str]:
    """A sentence for each of `models` that the server's list of models lacks, by model.

    None where it gives no list. A server may serve under a name that it doesn't list, so this
    alone stops nothing.
    """
    try:
        body = reply.json() if reply.status == 200 else {}
    except ValueError:
        return {}
    data = body.get("data") if isinstance(body, Mapping) else None
    ids = [one.get("id") for one in data or [] if isinstance(one, Mapping)]
    known = [name for name in ids if isinstance(name, str)]
    if not known:
        return {}
    shown = ", ".join(known[:MOST_MODELS]) + ", ..." * (len(known) > MOST_MODELS)
    return {
        model: f"It lists no model {model!r} (it lists {shown}{nearest(model, known)})."
        for model in models
        if model not in known
    }


def _message(reply: Reply) -> str:
    try:
        body = reply.json()
    except ValueError:
        return reply.text
    if isinstance(body, Mapping):
        for name in ("error", "message", "detail"):
            said = body.get(name)
            if isinstance(said, Mapping):
                said = said.get("message", said)
            if said:
                return str(said)
    return reply.text


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
