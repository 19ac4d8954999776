"""What the dbt models of the language-model backends return, without dbt."""

import json

import pandas as pd
import pytest

from fakes.faults import Faults
from fakes.openai_server import FakeOpenAI
from fakes.project import FIELDS, ROOT, given, seed_text
from likeness import warehouse
from likeness.llm import tables
from likeness.llm.core.rounds import Work

ASKED = {1: 5, 2: 5, 3: 0, 4: 0}


@pytest.fixture
def session():
    with warehouse.scratch() as connection:
        yield connection


def table(session, name, columns):
    """A table of `session`; a cursor of its own sees no temporary one."""
    frame = pd.DataFrame(columns)
    session.register("frame", frame)
    session.execute(f"create or replace table {name} as select * from frame")
    session.unregister("frame")
    return session.table(name)


def plan_of(session):
    texts = [seed_text(number) for number in ASKED]
    rows = list(ASKED.values())
    plan = {"seed_id": list(ASKED), "seed_text": texts, "rows_asked": rows}
    return table(session, "plan", plan)


def responses_of(session, server, journal, **changed):
    fields = pd.read_csv(ROOT / "seeds" / "fields.csv", dtype=str, keep_default_na=False)
    rule = {"rule_id": ["r"], "category": ["realism"], "sentence": ["be sound"], "penalty": ["2"]}
    context = {"value_column": ["int_rate"], "within_column": ["sub_grade"], "high": [9.0]}
    context |= {"within_value": ["A1"], "low": [5.0]}
    found = {"kind": ["published"], "audited_table": ["t"], "audited_row": ["r"], "what": ["w"]}
    return tables.responses_table(
        session,
        plan_of(session),
        table(session, "fields", fields),
        tables.Profiles(
            table(session, "rules", rule),
            table(session, "shares", {"variable": ["title"], "category": ["Car"], "share": [0.2]}),
            table(session, "ranges", context),
        ),
        table(session, "source", {field.name: ["x"] for field in FIELDS}),
        "openai",
        given(server.base_url, journal, rows_per_seed=5, max_retries=0, **changed),
        table(session, "disclosure", found),
    )


def run_of(session, journal, rows=()):
    ids = pd.Series([f"row {number}" for number in range(len(rows))], dtype=str)
    accepted = pd.Series([True] * len(rows), dtype=bool)
    received = {"seed_id": pd.Series(rows, dtype=int), "request_id": ids}
    run = tables.run_table(
        session,
        table(session, "verdicts", {"synthetic_id": ids, "is_accepted": accepted}),
        table(session, "responses", {"synthetic_id": ids, **received}),
        plan_of(session),
        "openai",
        {"journal_dir": str(journal), "model_id": "m"},
    )
    return warehouse.records(run)[0]


def test_seeds_that_nothing_is_asked_of_do_not_hide_failures(session, tmp_path):
    last = {"source": "", "seeds_failed": 2, "seeds_short": 2, "stopped": ""}
    last["commonest_failure"] = "the server is out of luck"
    (tmp_path / "last_run.json").write_text(json.dumps(last))
    run = run_of(session, tmp_path)
    assert (run["seeds"], run["seeds_failed"], run["share_failed"]) == (2, 2, 1.0)
    assert run["rows_missing"] == 10
    assert run["commonest_failure"] == "the server is out of luck"


def test_a_run_that_an_older_release_left_has_no_failure(session, tmp_path):
    last = {"source": "", "seeds_failed": 0, "seeds_short": 0, "stopped": ""}
    (tmp_path / "last_run.json").write_text(json.dumps(last))
    assert run_of(session, tmp_path, rows=[1] * 5)["commonest_failure"] is None


def test_only_seeds_that_rows_are_asked_of_are_worked_on(session):
    works = list(tables.PlanWorks(session, plan_of(session)))
    assert works == [Work(seed_text(1), (1,), 5), Work(seed_text(2), (2,), 5)]


def test_no_row_at_all_ends_with_the_commonest_failure(session, tmp_path, capsys):
    with (
        FakeOpenAI(Faults(rates={"http_500": 1.0})) as server,
        pytest.raises(tables.Stopped, match="CUDA out of memory") as stopped,
    ):
        responses_of(session, server, tmp_path)
    assert str(stopped.value).startswith("No row came: 2 of 2 seeds failed.")
    assert str(stopped.value) in capsys.readouterr().err
    last = json.loads((tmp_path / "last_run.json").read_text())
    assert "CUDA out of memory" in last["commonest_failure"]


def test_some_rows_go_on_and_the_commonest_failure_is_kept(session, tmp_path):
    with FakeOpenAI(Faults(sequence=["http_500"])) as server:
        rows = responses_of(session, server, tmp_path, concurrency=1)
        assert warehouse.count(rows) == 5
    last = json.loads((tmp_path / "last_run.json").read_text())
    assert last["seeds_failed"] == 1
    assert "CUDA out of memory" in last["commonest_failure"]
