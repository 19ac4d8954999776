"""Cloudera's Synthetic Data Studio as a backend: generation and evaluation over its HTTP routes.

How it really behaves, and so why the parts are as they are, stands in docs/llm-backends.md.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from likeness.llm.core import parse
from likeness.llm.core.backend import Answer, Failed, GenerationRequest, JudgeRequest, Row, Score
from likeness.llm.core.options import Options
from likeness.llm.core.prompts import Prompts
from likeness.llm.sds import scores
from likeness.llm.sds.evaluate import Evaluator
from likeness.llm.sds.files import strip_server_keys
from likeness.llm.sds.generate import Gate, Generator
from likeness.llm.sds.history import History
from likeness.llm.sds.http import KEY_VARIABLE, SdsHttp, parsed
from likeness.llm.sds.posted import Posted
from likeness.llm.sds.settings import ROWS_PER_CALL, SdsSettings, from_vars
from likeness.schema.fields import NUMBER_KINDS, Field

NOTES = "sds"
_GATES: dict[str, Gate] = {}


class Sds:
    """A Backend (see backend.py) for one Synthetic Data Studio.

    `folder` is the journal's: notes on calls without an outcome lie in it. `rows_per_request` can
    only make calls smaller than the server's patience allows. The key is read from
    CDSW_APIV2_KEY in the environment when the object is made, and kept out of every message.
    """

    name = "sds"

    def __init__(
        self,
        settings: SdsSettings,
        fields: Sequence[Field],
        folder: str | Path,
        *,
        rows_per_request: int | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        key = os.environ.get(KEY_VARIABLE)
        self._settings = settings
        self._names = [field.name for field in fields]
        self._http = SdsHttp(settings.url, key)
        eval_http = SdsHttp(settings.url_eval or settings.url, key)
        posted = Posted(Path(folder) / NOTES)
        self._generator = Generator(self._http, settings, posted, gate(self._http.url), sleep)
        self._evaluator = Evaluator(
            eval_http,
            settings,
            posted,
            gate(eval_http.url),
            [field.name for field in fields if field.kind in NUMBER_KINDS],
            History(
                eval_http,
                "generations",
                posted,
                settings.poll_seconds,
                settings.recover_seconds,
                sleep,
            ),
            sleep,
        )
        self.parallel = settings.parallel
        # A synchronous evaluation blocks the whole server.
        self.judge_parallel = settings.parallel if settings.mode == "job" else 1
        self.rows_per_request = min(
            settings.rows_per_request, rows_per_request or settings.rows_per_request
        )
        self.judge_batch = settings.judge_batch
        self.rows_per_completion, self.judged_per_completion = ROWS_PER_CALL, 1

    def check(self) -> str:
        """Whether this is Synthetic Data Studio and lets us in; costs nothing."""
        return is_studio(self._http)

    def generate(self, request: GenerationRequest) -> Answer:
        """One topic's rows, as demo or job; finished work of that name is taken instead."""
        return self._generator.generate(request)

    def judge(self, request: JudgeRequest) -> Answer:
        """One evaluation."""
        return self._evaluator.judge(request)

    def recover(self, request: GenerationRequest | JudgeRequest) -> Answer | None:
        """The answer of a call whose connection broke, from the server's history."""
        if isinstance(request, JudgeRequest):
            return self._evaluator.recover(request)
        return self._generator.recover(request)

    def kept(self, request: GenerationRequest | JudgeRequest) -> None:
        """The answer is safe in the journal: the notes on its call go."""
        if isinstance(request, JudgeRequest):
            self._evaluator.kept()
        else:
            self._generator.kept(request)

    def rows(self, raw: str) -> list[object]:
        """The items in an answer: rows of `results` or of a fetched file, without server keys.

        Where the server gave up on a model's text and made it a row, the text is read again: it
        may hold rows.
        """
        body = next((value for value, _ in parse.values(raw)), None)
        if not isinstance(body, Mapping):
            return parse.items(raw, self._names)
        results = body.get("results")
        if isinstance(results, Mapping):
            lists = [rows for rows in results.values() if isinstance(rows, list)]
        else:
            data = body.get("data")
            lists = [data] if isinstance(data, list) else []
        return [item for rows in lists for row in rows for item in self._items(row)]

    def scores(self, raw: str, rows: Sequence[Row]) -> list[Score]:
        """One score per row, in the order of `rows`."""
        return scores.scores(raw, rows)

    def _items(self, row: object) -> list[object]:
        kept = strip_server_keys(row)
        if not isinstance(kept, str) or kept is row:
            return [kept]
        return parse.items(kept, self._names) or [kept]


def make_sds(variables: Mapping[str, object], options: Options, prompts: Prompts) -> Sds:
    """The backend that dbt's vars describe. Raises ValueError, one sentence."""
    return Sds(
        from_vars(variables),
        prompts.fields,
        options.journal_dir,
        rows_per_request=options.rows_per_request,
    )


def gate(url: str) -> Gate:
    """What keeps evaluations apart from everything else that this process asks of `url`."""
    return _GATES.setdefault(url, Gate())


def is_studio(http: SdsHttp) -> str:
    """One sentence if `http` leads to Synthetic Data Studio; raises Failed if it doesn't."""
    use_cases = parsed(http.get("/use-cases"), "/use-cases")
    known = use_cases.get("usecases") if isinstance(use_cases, dict) else None
    ids = [case.get("id") for case in known or [] if isinstance(case, dict)]
    if "custom" not in ids:
        raise Failed(
            f"{http.url} answers, but not as Synthetic Data Studio does: its /use-cases names no "
            "use case custom. Check the var url.",
            fatal=True,
        )
    return f"Synthetic Data Studio answers at {http.url}."
