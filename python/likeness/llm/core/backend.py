"""What the runner asks of a language model, whichever server stands behind it.

A backend sends one request and hands back the answer's text untouched. The runner makes that text
durable and only then calls `rows` or `scores`, which are pure: a better reader later reads the
same paid answer again. Retries, limits, concurrency and the journal belong to the runner; a
backend says by `Failed` what kind of failure it met.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Row = Mapping[str, str | None]
DEFAULT_MAX_TOKENS = 4096
DEFAULT_CONCURRENCY = 8
# How servers say that they know no such model, with status 400 or 404.
NO_MODEL = re.compile(
    r"(?:invalid|unknown|unsupported|no such) model"
    r"|\bmodel\b.{0,200}?(?:not found|not exist|n.t exist|is invalid)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class GenerationRequest:
    """One call for `rows` rows of one seed.

    `fingerprint` names the call for ever (see fingerprint.py): use it where a server wants a
    unique name. `prompt` holds the guidelines without the seed; `seed_text` is the JSON list of
    the seed's statements; `examples` are rows in source formats; `parameters` holds temperature,
    top_p, max_tokens and whatever else was set. `round` and `batch` only number the calls.
    """

    fingerprint: str
    seed_id: int
    seed_text: str
    rows: int
    round: int
    batch: int
    prompt: str
    model_id: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    examples: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True)
class JudgeRequest:
    """One call for the scores of `rows`: pairs of row id and the row as text in source formats."""

    fingerprint: str
    rows: tuple[tuple[str, Row], ...]
    prompt: str
    model_id: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What a server answered: `raw` is the text as it came, before anybody read it.

    Token counts are the server's own, None where it doesn't say. `note` is one word for what was
    odd about a completed call (`truncated`, `refused`, `recovered`), else empty.
    """

    raw: str
    tokens_in: int | None = None
    tokens_out: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Score:
    """One row's score, 1 to 10; None is "not judged", which is no score, and says why."""

    score: float | None
    justification: str


class Failed(Exception):
    """A call that brought no answer.

    `sentence` says what happened and what to do, and never holds a key. `retryable`:
    asking again may help; `retry_after`: not before so many seconds. `transport`: the answer may
    exist on the server, so `recover` is tried before the call is repeated. `down`: it looks as if
    no call would succeed (refused connection, a page instead of an answer); several in a row stop
    the run. `fatal`: no other call can succeed either (wrong key, unknown model): stop at once.
    `busy`: the server wants fewer calls just now, so that waiting helps and nothing has failed.
    `tokens_in` and `tokens_out`: what the call cost all the same, as with an empty completion.
    """

    def __init__(
        self,
        sentence: str,
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        transport: bool = False,
        down: bool = False,
        fatal: bool = False,
        busy: bool = False,
        tokens_in: int = 0,
        tokens_out: int = 0,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.retryable = retryable
        self.retry_after = retry_after
        self.transport = transport
        self.down = down
        self.fatal = fatal
        self.busy = busy
        self.tokens_in = tokens_in
        self.tokens_out = tokens_out


class Backend(Protocol):
    """A server that generates and judges; methods are called from several threads at once.

    `parallel` and `judge_parallel` are the most calls of a kind at a time; `rows_per_request` and
    `judge_batch` the most rows in one call. A server may cut a call into several completions of its
    model: `rows_per_completion` and `judged_per_completion` are the rows of one.
    """

    name: str
    parallel: int
    judge_parallel: int
    rows_per_request: int
    judge_batch: int
    rows_per_completion: int
    judged_per_completion: int

    def check(self) -> str:
        """One sentence on what was reached; raises Failed (fatal) if nothing usable was."""
        ...

    def generate(self, request: GenerationRequest) -> Answer:
        """The answer to one call; raises Failed."""
        ...

    def recover(self, request: GenerationRequest | JudgeRequest) -> Answer | None:
        """The answer of a call whose connection broke, if the server kept it, else None."""
        ...

    def judge(self, request: JudgeRequest) -> Answer:
        """The answer to one call for scores; raises Failed."""
        ...

    def kept(self, request: GenerationRequest | JudgeRequest) -> None:
        """The answer to `request` is safe in the journal; called in the thread that asked."""
        ...

    def rows(self, raw: str) -> list[object]:
        """The items in a generation's answer, as parse.items gives them. Pure; never raises."""
        ...

    def scores(self, raw: str, rows: Sequence[Row]) -> list[Score]:
        """One score per row, in the order of `rows`. Pure; never raises."""
        ...
