"""Every fault of the contract's tables, dealt out at random but the same for the same seed."""

import random
import threading
from collections import Counter

from fakes.sds_llm import Call
from fakes.sds_server import FakeSds, Seen

MODEL_FAULTS = [
    "http500",
    "http503",
    "http429",
    "http400",
    "http401",
    "disconnect",
    "once500",
    "malformed",
    "truncated",
    "refusal",
    "prose",
    "empty",
    "null",
    "emptylist",
    "wrong_columns",
    "fewer",
    "more",
    "nonobj",
    "emptyobj",
    "single_object",
    "fenced",
    "dup_rows",
    "nan",
    "topickey",
    "slow",
]
JUDGE_FAULTS = [
    "http500",
    "http429",
    "disconnect",
    "malformed",
    "refusal",
    "empty",
    "null",
    "emptylist",
    "eval_strscore",
    "eval_nullscore",
    "eval_zero",
    "eval_eleven",
]
FRONT_FAULTS = ("drop", "drop_after", "drop_after", "html", "502", "503", "504")
HISTORY_FAULTS = ("drop", "503")


class Faults:
    """Faults for `server`: `share` of the calls of its model and of the requests for work.

    Each of the model's faults is met at least once. `dealt` counts them. One in fifty looks at a
    history fails as well.
    """

    def __init__(self, server: FakeSds, share: float, seed: int = 7):
        self._share, self._seed = share, seed
        self._turns: Counter = Counter()
        self._due = {"generate": [*MODEL_FAULTS], "judge": [*JUDGE_FAULTS]}
        self._lock = threading.Lock()
        self.dealt: Counter = Counter()
        server.llm.plan = self.of_model
        server.front = self.of_front

    def of_model(self, call: Call) -> str | None:
        faults = MODEL_FAULTS if call.kind == "generate" else JUDGE_FAULTS
        return self._deal(call.kind + call.text, self._share, faults, self._due[call.kind])

    def of_front(self, seen: Seen) -> str | None:
        if seen.path in ("/synthesis/freeform", "/synthesis/evaluate_freeform"):
            subject = seen.body.get("topics") or seen.body.get("import_path")
            return self._deal(f"front{subject}", self._share / 2, FRONT_FAULTS)
        if seen.path.endswith("/history"):
            return self._deal("history", 0.02, HISTORY_FAULTS)
        return None

    def _deal(self, subject: str, share: float, faults, due=()) -> str | None:
        with self._lock:
            self._turns[subject] += 1
            dice = random.Random(f"{self._seed} {subject} {self._turns[subject]}")
            fault = None
            if dice.random() < share:
                fault = due.pop() if due else dice.choice(faults)
                self.dealt[fault] += 1
            return fault
