"""The language model behind the fake Synthetic Data Studio, and its ways to fail.

A way is chosen by `[[mode=name]]` in the topic or row, by `@name` in the model's id (with `~n`:
each call takes n of the server's seconds), or by `plan`, a function of the call. `slow` outlasts
the server's longest time-out.
"""

import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fakes import loans
from likeness.llm.core.prompts import seed_lines
from likeness.schema.fields import load_fields

ROOT = Path(__file__).parents[3]
COLUMNS = [field.name for field in load_fields(ROOT / "seeds" / "fields.csv")]
JUDGED = "Stub: consistent record. Final Rating: 9/10."
REFUSAL = "I'm sorry, I can't help with that."
TRUNCATED = (
    '[{"loan_amnt": 1000.0, "term": " 36 months", "grade": "A"}, {"loan_amnt": 2000.0, "term'
)
ERRORS = {
    "http400": "Error code: 400 - {'error': {'message': 'stub bad request', 'code': 400}}",
    "http401": "Error code: 401 - {'error': {'message': 'stub bad key', 'code': 401}}",
    "http429": "Error code: 429 - {'error': {'message': 'stub rate limit', 'type': 'rate_limit', "
    "'code': 'rate_limit_exceeded'}}",
    "http500": "Error code: 500 - {'error': {'message': 'stub internal error', 'type': "
    "'server_error', 'code': 500}}",
    "http503": "Error code: 503 - {'error': {'message': 'stub overloaded', 'code': 503}}",
    "disconnect": "Connection error.",
}
RETRIED = ("http429", "http500", "http503", "disconnect")
ATTEMPTS = 3
SLOW_SECONDS = 340.0


class LlmError(Exception):
    """The model's API failed, after the retries of its client."""


@dataclass(frozen=True)
class Call:
    """One completion asked of the model: for `asked` rows about `text`, or to judge row `text`."""

    kind: str
    model_id: str
    text: str
    asked: int
    prompt: str
    mode: str


def loan(number: int) -> dict:
    """An invented loan, the same for the same number."""
    values = [
        5000.0 + 250 * number,
        (" 36 months", " 60 months")[number % 2],
        6.0 + number % 18,
        154.02 + number,
        "ABCDEFG"[number % 7],
        "ABCDEFG"[number % 7] + str(number % 5 + 1),
        f"Engineer {number}",
        f"{number % 8 + 2} years",
        ("RENT", "OWN", "MORTGAGE")[number % 3],
        40000.0 + 500 * number,
        ("Verified", "Source Verified", "Not Verified")[number % 3],
        "Jan-2015",
        ("Fully Paid", "Charged Off")[number % 5 == 0],
        "debt_consolidation",
        f"Debt consolidation {number}",
        8.0 + number % 20,
        "Mar-1999",
        8.0,
        0.0,
        9000.0 + number,
        45.5,
        20.0,
        "wf"[number % 2],
        "INDIVIDUAL",
        float(number % 3 == 2),
        0.0,
        f"{100 + number} Main Street\r\nSpringfield, CA 00813",
    ]
    return dict(zip(COLUMNS, values, strict=True))


class FakeLlm:
    """Answers completions and counts them: `calls` asked, `hits` on the wire with retries."""

    def __init__(self, sleep: Callable[[float], None]):
        self.sleep = sleep
        self.plan: Callable[[Call], str | None] = lambda call: None
        self.seconds_per_call = 0.0
        self.calls: list[Call] = []
        self.hits = 0
        self._rows = 0
        self._lock = threading.Lock()

    def complete(self, kind: str, model_id: str, text: str, asked: int, prompt: str) -> str | None:
        """The text of one completion. Raises LlmError with the words of the API's client."""
        call = self._call(kind, model_id, text, asked, prompt)
        self.sleep(SLOW_SECONDS if call.mode == "slow" else self._latency(model_id))
        if call.mode in ERRORS:
            with self._lock:
                self.hits += ATTEMPTS if call.mode in RETRIED else 1
            self.sleep(1.4 if call.mode in RETRIED else 0)
            raise LlmError(f"OpenAI Compatible request failed: {ERRORS[call.mode]}")
        with self._lock:
            self.hits += 2 if call.mode == "once500" else 1
            self._rows += asked
            first = self._rows - asked
        return _judgement(call) if kind == "judge" else _rows(call, first)

    def _call(self, kind: str, model_id: str, text: str, asked: int, prompt: str) -> Call:
        call = Call(kind, model_id, text, asked, prompt, "")
        with self._lock:
            mode = self.plan(call) or _tagged(text) or _named(model_id) or "ok"
            call = Call(kind, model_id, text, asked, prompt, mode)
            self.calls.append(call)
        return call

    def _latency(self, model_id: str) -> float:
        name, _, seconds = model_id.rpartition("~")
        if name and seconds.isdigit():
            return float(seconds)
        return random.random() if model_id.endswith("eval_random") else self.seconds_per_call


def _row(topic: str, number: int) -> dict:
    """A loan that fits the seed, where the topic is one."""
    if "zipcode=" not in topic:
        return loan(number)
    return loans.loan(seed_lines(topic), random.Random(number), f"Elm{number}")


def _tagged(text: str) -> str | None:
    _, found, rest = text.partition("[[mode=")
    return rest.partition("]]")[0] if found else None


def _named(model_id: str) -> str | None:
    return model_id.rpartition("~")[0].rpartition("@")[2] or model_id.partition("@")[2] or None


def _rows(call: Call, first: int) -> str | None:
    n = call.asked
    rows = [_row(call.text, first + i) for i in range(n)]
    answers = {
        "malformed": TRUNCATED,
        "truncated": json.dumps(rows)[:-20],
        "refusal": REFUSAL,
        "prose": f"Here are [{n}] rows: {json.dumps(rows)} as asked.",
        "fenced": f"Here they are:\n```json\n{json.dumps(rows)}\n```\nThat is all.",
        "empty": "",
        "null": None,
        "emptylist": "[]",
        "wrong_columns": json.dumps([{"foo": i, "bar": "x"} for i in range(n)]),
        "fewer": json.dumps(rows[:3]),
        "more": json.dumps([*rows, *(loan(first + n + i) for i in range(2))]),
        "always5": json.dumps([loan(first + i) for i in range(5)]),
        "nonobj": '[1, "two", {"loan_amnt": 1}, null, [3]]',
        "emptyobj": "[{}]",
        "single_object": json.dumps(rows[0]),
        "dup_rows": json.dumps(rows[:1] * n),
        "quoted": str(rows),
        "nan": json.dumps([{**row, "dti": float("nan"), "dti_old": row["dti"]} for row in rows]),
        "topickey": json.dumps([{"Seeds": "LLM-made", "Topic": "LLM-topic", **r} for r in rows]),
    }
    return answers.get(call.mode, json.dumps(rows))


def _judgement(call: Call) -> str | None:
    def verdict(score: object, justification: object = JUDGED) -> str:
        return json.dumps({"score": score, "justification": justification})

    answers = {
        "malformed": '{"score": 9, "justif',
        "refusal": REFUSAL,
        "empty": "",
        "null": None,
        "emptylist": "[]",
        "eval_strscore": verdict("9"),
        "eval_nullscore": verdict(None),
        "eval_list2": f"[{verdict(3, 'r')}, {verdict(8, 'r')}]",
        "eval_random": verdict(random.randint(3, 10), "r"),
        "eval_zero": verdict(0, "a nought in earnest"),
        "eval_eleven": verdict(11),
        "single_object": verdict(7),
        "fenced": f"Sure:\n```json\n{verdict(9)}\n```",
    }
    return answers.get(call.mode, verdict(9))
