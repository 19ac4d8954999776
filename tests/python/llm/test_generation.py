"""Rows over real HTTP from a server that goes wrong in every way."""

import pytest

from fakes.faults import ANSWER_FAULTS, CALL_FAULTS, Faults
from fakes.openai_server import FakeOpenAI
from fakes.project import NAMES, build, works
from likeness.llm.core.journal import Journal
from likeness.llm.core.rounds import Work, write_accepted
from likeness.llm.core.runner import ServerDown


def usable(rows: list[dict]) -> int:
    return sum(not row["missing_fields"] for row in rows)


def test_rows_for_every_seed_and_nothing_asked_twice(tmp_path):
    with FakeOpenAI() as server:
        first = list(build(server.base_url, tmp_path, works(12)).generate())
        asked = len(server.seen)
        again = list(build(server.base_url, tmp_path, works(12)).generate())
    assert asked == len(server.seen) == 12
    assert first == again
    assert len(first) == 60
    assert {row["seed_id"] for row in first} == set(range(1, 13))
    assert len({row["synthetic_id"] for row in first}) == 60
    assert set(first[0]) >= {*NAMES, "generator", "request_id", "row_in_request", "raw"}


@pytest.mark.parametrize("fault", CALL_FAULTS)
def test_a_failed_call_is_repeated_and_never_stored(tmp_path, fault):
    with FakeOpenAI(Faults(sequence=[fault, fault])) as server:
        rows = list(build(server.base_url, tmp_path, works(1)).generate())
    assert len(rows) == usable(rows) == 5
    assert [seen.fault for seen in server.seen] == [fault, fault, ""]
    assert len({seen.name for seen in server.seen}) == 1
    entries = list(Journal(tmp_path).answers())
    assert len(entries) == 1
    assert entries[0]["calls"] == 3


@pytest.mark.parametrize("fault", ANSWER_FAULTS)
def test_a_faulty_answer_is_kept_and_the_shortfall_asked_for(tmp_path, fault):
    with FakeOpenAI(Faults(sequence=[fault])) as server:
        rows = list(build(server.base_url, tmp_path, works(1)).generate())
    assert usable(rows) >= 5
    short = {"refusal": 5, "no_rows": 5, "wrong_keys": 5, "fewer": 2, "truncated": 1}
    asked = [seen.rows for seen in server.seen]
    missing = short.get(fault, 1 if fault == "text_items" else 0)
    assert asked == ([5, missing] if missing else [5])
    assert len(rows) >= usable(rows)
    assert len({seen.name for seen in server.seen}) == len(server.seen)


def test_one_failing_seed_does_not_stop_the_others(tmp_path):
    with FakeOpenAI(Faults(sequence=["http_500"] * 3)) as server:
        made = build(server.base_url, tmp_path, works(5), concurrency=1, max_retries=2)
        rows = list(made.generate())
        assert {row["seed_id"] for row in rows} == {2, 3, 4, 5}
        assert "1 with a failed call" in made.said.getvalue()
        assert "CUDA out of memory" in made.said.getvalue()
        rows = list(build(server.base_url, tmp_path, works(5)).generate())
    assert {row["seed_id"] for row in rows} == {1, 2, 3, 4, 5}
    assert len(server.seen) == 3 + 4 + 1


def test_seeds_with_one_text_share_its_rows_in_turn(tmp_path):
    shared = Work(works(1)[0].seed_text, (1, 2, 3), 15)
    with FakeOpenAI() as server:
        rows = list(build(server.base_url, tmp_path, [shared]).generate())
        assert [seen.rows for seen in server.seen] == [5, 5, 5]
        assert {row["seed_id"] for row in rows} == {1, 2, 3}
        large = list(
            build(server.base_url, tmp_path / "b", [shared], rows_per_request=15).generate()
        )
    assert server.seen[-1].rows == 15
    assert [row["seed_id"] for row in large] == [1] * 5 + [2] * 5 + [3] * 5


def test_more_rows_wanted_later_cost_only_the_difference(tmp_path):
    with FakeOpenAI() as server:
        list(build(server.base_url, tmp_path, works(2, rows=5)).generate())
        rows = list(build(server.base_url, tmp_path, works(2, rows=7)).generate())
    assert sorted(seen.rows for seen in server.seen) == [2, 2, 5, 5]
    assert len(rows) == 14


def test_the_next_round_asks_for_what_the_last_build_rejected(tmp_path):
    with FakeOpenAI() as server:
        rows = list(build(server.base_url, tmp_path, works(2)).generate())
        first, second = rows[0]["request_id"], rows[-1]["request_id"]
        write_accepted(tmp_path, [(first, 5), (second, 2)])
        rows = list(build(server.base_url, tmp_path, works(2)).generate())
        assert [seen.rows for seen in server.seen[2:]] == [3]
        write_accepted(tmp_path, [(first, 5), (second, 2), (rows[-1]["request_id"], 3)])
        list(build(server.base_url, tmp_path, works(2)).generate())
    assert len(server.seen) == 3
    assert len(rows) == 13


def test_rounds_of_one_build_end(tmp_path):
    with FakeOpenAI(Faults(rates={"refusal": 1.0})) as server:
        made = build(server.base_url, tmp_path, works(2), max_rounds=3)
        rows = list(made.generate())
    assert len(server.seen) == 6
    assert usable(rows) == 0
    assert len(rows) == 6
    assert all(row["raw"].startswith("I'm sorry") for row in rows)
    assert "2 seeds short of rows" in made.said.getvalue()


def test_max_requests_is_never_passed_and_what_came_is_kept(tmp_path):
    with FakeOpenAI(Faults(rates={"http_500": 0.3}, seed=3)) as server:
        made = build(server.base_url, tmp_path, works(30), max_requests=20)
        rows = list(made.generate())
        assert len(server.seen) == 20
        assert len(rows) == 5 * server.counts()[""]
        assert "max_requests is 20" in made.said.getvalue()
        again = build(server.base_url, tmp_path, works(30), max_requests=20)
        assert list(again.generate()) == rows
        assert len(server.seen) == 20
        more = list(build(server.base_url, tmp_path, works(30)).generate())
    assert len(more) == 150


def test_max_cost_is_never_passed(tmp_path):
    prices = {"price_in": 1.0, "price_out": 4.0, "max_tokens": 1500}
    with FakeOpenAI(delay=0.01) as server:
        made = build(server.base_url, tmp_path, works(60), max_cost=0.1, **prices)
        rows = list(made.generate())
        spent = Journal(tmp_path).totals()
        cost = (spent["tokens_in"] + 4 * spent["tokens_out"]) / 1e6
        assert 0.08 < cost <= 0.1
        assert len(rows) == 5 * len(server.seen) < 300
        assert "max_cost is 0.1" in made.said.getvalue()
        count = len(server.seen)
        list(build(server.base_url, tmp_path, works(60), max_cost=0.1, **prices).generate())
        assert len(server.seen) == count


def test_a_limit_that_cannot_be_kept_is_refused(tmp_path):
    with pytest.raises(ValueError, match="max_cost needs the vars price_in and price_out"):
        list(build("http://127.0.0.1:9/v1", tmp_path, works(1), max_cost=1.0).generate())


def test_a_dead_server_is_one_sentence_and_no_answer_is_lost(tmp_path):
    with FakeOpenAI() as server:
        list(build(server.base_url, tmp_path, works(2)).generate())
        address = server.base_url
    with pytest.raises(ServerDown, match="refuses connections: nothing listens there") as down:
        list(build(address, tmp_path, works(4)).generate())
    assert str(down.value).count("\n") == 0
    assert len(list(build(address, tmp_path, works(2)).generate())) == 10


@pytest.mark.parametrize("fault", ["html_200", "http_503_html"])
def test_a_page_instead_of_answers_stops_the_run(tmp_path, fault):
    with FakeOpenAI(Faults(sequence=["", "", ""], rates={fault: 1.0})) as server:
        with pytest.raises(ServerDown, match=r"a web page \(status .*safe in the journal"):
            list(build(server.base_url, tmp_path, works(50), concurrency=2).generate())
        assert len(server.seen) < 20
    assert len(list(Journal(tmp_path).answers())) == 3


def test_a_wrong_key_stops_at_once_and_shows_nowhere(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-0001")
    with FakeOpenAI(key="another") as server:
        made = build(server.base_url, tmp_path, works(3))
        with pytest.raises(ServerDown, match="set OPENAI_API_KEY") as refused:
            list(made.generate())
    everything = str(refused.value) + made.said.getvalue() + repr(vars(made.backend))
    everything += "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert "very-secret" not in everything


def test_a_key_echoed_by_the_server_shows_nowhere(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-0002")
    with FakeOpenAI(Faults(rates={"echo": 1.0})) as server:
        made = build(server.base_url, tmp_path, works(2), max_retries=1)
        list(made.generate())
    assert all(seen.authorization == "Bearer sk-very-secret-0002" for seen in server.seen)
    everything = made.said.getvalue()
    everything += "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert "you sent Bearer ***" in everything
    assert "very-secret" not in everything


def test_retry_after_is_kept(tmp_path):
    with FakeOpenAI(Faults(sequence=["http_429"]), retry_after="1") as server:
        list(build(server.base_url, tmp_path, works(1)).generate())
    first, second = server.seen
    assert second.at - first.at >= 1.0


@pytest.mark.parametrize("retry_after", ["", "0"])
def test_a_busy_server_uses_up_no_repeats(tmp_path, retry_after):
    faults = Faults(sequence=["http_429"] * 6 + ["http_500", "http_429"])
    with FakeOpenAI(faults, retry_after=retry_after) as server:
        made = build(server.base_url, tmp_path, works(1), max_retries=1, first_wait=0.001)
        assert len(list(made.generate())) == 5
    assert len(server.seen) == 9
    assert "0 with a failed call" in made.said.getvalue()


def test_a_server_that_stays_busy_fails_a_seed_after_max_wait(tmp_path):
    with FakeOpenAI(Faults(rates={"http_429": 1.0}), retry_after="") as server:
        made = build(server.base_url, tmp_path, works(1), max_wait=0.05, first_wait=0.001)
        assert not list(made.generate())
        long = build(server.base_url, tmp_path, works(1), max_wait=0, max_retries=9)
        asked = len(server.seen)
        list(long.generate())
    assert len(server.seen) == asked + 1
    assert "1 with a failed call" in made.said.getvalue()
    assert "wants fewer requests at a time (status 429)" in made.report.calls.commonest


def test_no_more_calls_at_once_than_concurrency(tmp_path):
    with FakeOpenAI(delay=0.02) as server:
        list(build(server.base_url, tmp_path, works(30), concurrency=3).generate())
    assert server.most_at_once == 3


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        (("json_schema", "json_object"), "json_schema"),
        (("json_object",), "json_object"),
        ((), "none"),
    ],
)
def test_json_is_asked_for_in_the_strongest_form_the_server_takes(tmp_path, forms, expected):
    with FakeOpenAI(forms=forms) as server:
        rows = list(build(server.base_url, tmp_path, works(6), concurrency=1).generate())
    assert len(rows) == 30
    assert {seen.form for seen in server.seen} == {expected}
    assert server.refused_forms == 2 - len(forms)


def test_orphans_are_counted_before_anything_is_spent(tmp_path):
    with FakeOpenAI() as server:
        list(build(server.base_url, tmp_path, works(6)).generate())
        changed = [Work(w.seed_text.replace("2500", "2600"), w.seed_ids, 5) for w in works(6)]
        made = build(server.base_url, tmp_path, changed)
        next(iter(made.generate()))
        said = made.said.getvalue()
        assert "6 paid answers belong to seed texts that this build doesn't have" in said
        assert said.index("6 paid answers") < said.index("seeds done")
        kept = next((tmp_path / "seeds").glob("*.json"))
        assert str(kept) in said or "seeds/" in said
        warmer = build(server.base_url, tmp_path, works(6), temperature=0.5)
        assert warmer.plan()[0].orphans.settings == 12
        assert build(server.base_url, tmp_path, works(6)).plan()[0].orphans.seeds == 6


def test_a_source_that_lost_a_seed_keeps_the_other_answers(tmp_path):
    with FakeOpenAI() as server:
        list(build(server.base_url, tmp_path, works(6)).generate())
        fewer = [Work(w.seed_text, (number,), 5) for number, w in enumerate(works(6)[1:], 1)]
        rows = list(build(server.base_url, tmp_path, fewer).generate())
    assert len(server.seen) == 6
    assert len(rows) == 25
