"""What the tests of the SDS backend share: a client of a fake server, and requests."""

from collections.abc import Callable
from pathlib import Path

from fakes.project import FIELDS, ROOT, RULES
from fakes.sds_llm import loan
from fakes.sds_server import FakeSds
from likeness.llm.build import Build
from likeness.llm.core.backend import Answer, GenerationRequest, JudgeRequest, Score
from likeness.llm.core.fingerprint import digest
from likeness.llm.core.rounds import Work
from likeness.llm.sds.backend import Sds
from likeness.llm.sds.settings import SdsSettings

NAMES = [field.name for field in FIELDS]
KEY = "a-key-that-no-text-may-hold"
MODEL = "meta/llama-3.1-70b-instruct"
ENDPOINT = "http://127.0.0.1:8000/v1"


def client(server: FakeSds, folder: Path, **settings) -> Sds:
    """A backend for `server` whose notes lie in `folder`, patient for five seconds."""
    quick = {"poll_seconds": 0.01, "recover_seconds": 5.0, "caii_endpoint": ENDPOINT}
    return Sds(SdsSettings(**{"url": server.url, **quick, **settings}), FIELDS, folder)


def variables(url: str, journal: Path, **changed: object) -> dict:
    """Vars for a fake server: short waits, everything else as in a real build."""
    return {
        "url": url,
        "model_id": MODEL,
        "inference_type": "CAII",
        "caii_endpoint": ENDPOINT,
        "journal_dir": str(journal),
        "prompt_dir": str(ROOT / "prompts"),
        "first_wait": 0.01,
        "sds_poll_seconds": 0.02,
        "sds_recover_seconds": 6.0,
        **changed,
    }


def build(given: dict, seeds: list[Work]) -> Build:
    """A build with the SDS backend; what it says goes to standard error."""
    return Build("sds", given, FIELDS, RULES, seeds)


def rows_wanted(text: str = '["grade=A"]', rows: int = 5, **values) -> GenerationRequest:
    """A request for rows of the seed `text`."""
    values = {
        "fingerprint": digest(text, rows),
        "seed_id": 1,
        "seed_text": text,
        "rows": rows,
        "round": 1,
        "batch": 0,
        "prompt": "Write loans.",
        "model_id": MODEL,
        "parameters": {"temperature": 1.0, "top_p": 1.0, "top_k": 250, "max_tokens": 8192},
        "examples": ({"loan_amnt": 10000.0, "issue_d": "Jan-2015"},),
    } | values
    return GenerationRequest(**values)


def as_text(row: dict) -> dict:
    """A row as the responses table holds it."""
    return {name: None if row[name] is None else str(row[name]) for name in NAMES}


def scores_wanted(rows: list[dict] | None = None, **values) -> JudgeRequest:
    """A request for scores of `rows`, five loans by default."""
    rows = [loan(number) for number in range(5)] if rows is None else rows
    pairs = tuple((f"row-{n}", as_text(row)) for n, row in enumerate(rows))
    values = {
        "fingerprint": digest("scores", [row for _, row in pairs]),
        "rows": pairs,
        "prompt": "Judge loans.",
        "model_id": MODEL,
        "parameters": {"temperature": 0.0, "max_tokens": 1024},
    } | values
    return JudgeRequest(**values)


def by_row(server: FakeSds, ask: Callable[[str], str | None]) -> None:
    """Let the judge score each row as `ask` of the row's text says."""
    server.llm.plan = lambda call: ask(call.text) if call.kind == "judge" else None


def given(backend: Sds, request: JudgeRequest, answer: Answer) -> list[Score]:
    """The scores of a request's rows in `answer`."""
    return backend.scores(answer.raw, [row for _, row in request.rows])
