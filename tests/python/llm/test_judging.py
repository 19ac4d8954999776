"""Scores over real HTTP: each distinct row once, and a failed call is no score."""

import random

from fakes.faults import Faults
from fakes.loans import loans
from fakes.openai_server import FakeOpenAI
from fakes.project import build, works
from likeness.llm.core.journal import Journal


def rows(count: int) -> list[tuple[str, dict]]:
    made = loans("grade=C", count, random.Random(5))
    return [
        (f"id-{number}", {k: None if v is None else str(v) for k, v in loan.items()})
        for number, loan in enumerate(made)
    ]


def test_every_row_is_judged_once(tmp_path):
    judged = rows(12)
    with FakeOpenAI() as server:
        first = list(build(server.base_url, tmp_path, works(1)).judge(lambda: judged))
        calls = len(server.seen)
        again = list(build(server.base_url, tmp_path, works(1)).judge(lambda: judged))
        assert len(server.seen) == calls == 3
        more = list(build(server.base_url, tmp_path, works(1)).judge(lambda: rows(13)[::-1]))
    assert first == again
    assert len(server.seen) == 4
    assert {row["score"] for row in more} == {9.0}
    assert [row["synthetic_id"] for row in first] == [name for name, _ in judged]
    assert first[0]["judge"] == "openai"
    assert first[0]["status"] == "judged"
    assert first[0]["justification"] == "no fault found"


def test_equal_rows_share_a_score(tmp_path):
    (_, row), *_ = rows(1)
    with FakeOpenAI() as server:
        twins = [("a", row), ("b", dict(row))]
        judged = list(build(server.base_url, tmp_path, works(1)).judge(lambda: twins))
    assert len(server.seen) == 1
    assert [one["score"] for one in judged] == [9.0, 9.0]


def test_a_failed_call_is_not_judged_and_asked_again_by_the_next_build(tmp_path):
    with FakeOpenAI(Faults(sequence=["http_500"] * 2)) as server:
        made = build(server.base_url, tmp_path, works(1), concurrency=1, max_retries=1)
        judged = list(made.judge(lambda: rows(10)))
        assert [row["status"] for row in judged] == ["not_judged"] * 5 + ["judged"] * 5
        assert judged[0]["score"] is None
        assert "5 not judged" in made.said.getvalue()
        judged = list(build(server.base_url, tmp_path, works(1)).judge(lambda: rows(10)))
    assert {row["status"] for row in judged} == {"judged"}
    assert len(server.seen) == 4


def test_a_score_out_of_range_is_asked_for_again_alone_then_not_judged(tmp_path):
    with FakeOpenAI(score=0) as server:
        made = build(server.base_url, tmp_path, works(1), max_rounds=2)
        judged = list(made.judge(lambda: rows(3)))
        assert len(server.seen) == 1 + 3
        assert {row["status"] for row in judged} == {"not_judged"}
        assert "no score from 1 to 10" in judged[0]["justification"]
        server.score = "7/10"
        judged = list(build(server.base_url, tmp_path, works(1)).judge(lambda: rows(3)))
    assert [row["score"] for row in judged] == [7.0] * 3
    assert len({seen.name for seen in server.seen}) == len(server.seen)


def test_scores_never_count_as_rows(tmp_path):
    with FakeOpenAI() as server:
        list(build(server.base_url, tmp_path, works(2)).generate())
        list(build(server.base_url, tmp_path, works(2)).judge(lambda: rows(5)))
        plan, _ = build(server.base_url, tmp_path, works(2)).plan()
    assert plan.rows_missing == 0
    assert plan.orphans.seeds == plan.orphans.settings == 0
    assert Journal(tmp_path).totals()["answers"] == 3
