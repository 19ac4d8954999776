"""Everything that can go wrong with a call to a model, and when it does."""

import json
import random
import threading
from dataclasses import dataclass, field

# Faults without an answer, and faults inside an answer that is complete and paid for.
CALL_FAULTS = (
    "http_500",
    "http_503_html",
    "http_429",
    "html_200",
    "disconnect",
    "cut_body",
    "slow",
    "broken_envelope",
    "no_choices",
    "empty_content",
)
ANSWER_FAULTS = (
    "refusal",
    "truncated",
    "prose",
    "fenced",
    "fewer",
    "more",
    "text_items",
    "wrong_keys",
    "no_rows",
    "nan",
)


@dataclass
class Faults:
    """Which fault the next call meets: `sequence` first, then `rates` (fault -> share)."""

    rates: dict[str, float] = field(default_factory=dict)
    sequence: list[str] = field(default_factory=list)
    seed: int = 1

    def __post_init__(self):
        self._rng = random.Random(self.seed)
        self._lock = threading.Lock()

    def next(self) -> str:
        """The name of the next call's fault, or an empty string."""
        with self._lock:
            if self.sequence:
                return self.sequence.pop(0)
            at = self._rng.random()
            for fault, rate in self.rates.items():
                if at < rate:
                    return fault
                at -= rate
            return ""


def spoiled(fault: str, rows: list) -> str:
    """A model's text for `rows`, with a fault in it."""
    good = json.dumps({"rows": rows})
    if fault == "refusal":
        return "I'm sorry, but I can't help with producing personal financial records."
    if fault == "truncated":
        return good[: len(good) - len(json.dumps(rows[-1])) // 2]
    if fault == "prose":
        return f"Sure! Here are {{the}} records [as asked]:\n{good}\nLet me know if you need more."
    if fault == "fenced":
        return f"```json\n{json.dumps(rows, indent=1)}\n```"
    if fault == "text_items":
        return json.dumps({"rows": [*rows[:-1], "and so on"]})
    if fault == "wrong_keys":
        return json.dumps([{"amount": 1, "rate": "high"} for _ in rows])
    if fault == "no_rows":
        return '{"rows": []}'
    if fault == "nan":
        return json.dumps({"rows": [row | {"dti": float("nan")} for row in rows]})
    return good
