"""A journal that was paid for before sources had keyed fingerprints: nothing of it is asked again.

`old_journal/` was written at commit 776305a for the six seeds of `fakes.project.works`, with fields
and prompts of its own, so that neither this project's fields nor its prompts have a say here.
"""

import io
import shutil
from pathlib import Path

import pytest

from fakes.openai_server import FakeOpenAI
from fakes.project import given, works
from likeness.llm.build import Build
from likeness.llm.core.journal import Journal
from likeness.schema.fields import load_fields

OLD = Path(__file__).parent / "old_journal"
SEEDS, ROWS = 6, 2


def build(base_url: str, journal: Path, **changed: object) -> Build:
    variables = given(base_url, journal, prompt_dir=str(OLD / "prompts"), **changed)
    seeds = works(SEEDS, rows=ROWS)
    fields = load_fields(OLD / "fields.csv")
    return Build("openai", variables, fields, [], seeds, stream=io.StringIO())


@pytest.fixture
def journal(tmp_path) -> Path:
    return shutil.copytree(OLD / "paid", tmp_path / "journal")


def test_every_answer_of_it_is_used_and_none_asked_for(journal):
    with FakeOpenAI() as server:
        made = build(server.base_url, journal)
        plan, _ = made.plan()
        rows = list(made.generate())
        assert not server.seen
    assert len(rows) == SEEDS * ROWS
    assert (plan.asking.requests, plan.orphans.seeds, plan.orphans.settings) == (0, 0, 0)


def test_its_calls_count_against_the_limit_of_the_same_source(journal):
    (segment,) = (path for path in journal.rglob("*.jsonl") if path.stat().st_size)
    lines = segment.read_text().splitlines(keepends=True)
    segment.write_text("".join(lines[:-1]))
    with FakeOpenAI() as server:
        made = build(server.base_url, journal, max_requests=SEEDS - 1)
        rows = list(made.generate())
        assert not server.seen
        assert f"{SEEDS - 1} calls were made (earlier builds included)" in made.report.calls.stopped
        assert len(rows) == (SEEDS - 1) * ROWS
        assert Journal(journal).totals(made.source)["calls"] == SEEDS - 1
        list(build(server.base_url, journal, max_requests=SEEDS).generate())
        assert len(server.seen) == 1
