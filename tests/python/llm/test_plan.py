"""What a build would ask and cost, for millions of rows, before anything is spent."""

import json

import pytest

from fakes.faults import Faults
from fakes.openai_server import FakeOpenAI
from fakes.project import FIELDS, ROOT, RULES, build, seed_text, works
from likeness.llm.build import Build
from likeness.llm.core import fingerprint
from likeness.llm.core.options import Options
from likeness.llm.core.rounds import Work

NOWHERE = "http://127.0.0.1:9/v1"
MILLION = 1_000_000


class ManyWorks:
    """A million rows' worth of distinct seeds, made anew for each pass."""

    def __iter__(self):
        text = json.loads(seed_text(1))
        for number in range(MILLION // 5):
            text[0] = f"loan_amnt: mean={number}.00, std=2500.00, kurtosis=0.10, skewness=0.40"
            yield Work(json.dumps(text), (number,), 5)


def test_a_plan_for_a_million_rows(tmp_path):
    made = build(NOWHERE, tmp_path, ManyWorks(), price_in=0.5, price_out=1.5)
    plan, lines = made.plan()
    assert (plan.seeds, plan.rows, plan.rows_missing) == (200_000, MILLION, MILLION)
    assert plan.asking.requests == 200_000
    assert plan.cost == pytest.approx(
        (plan.asking.tokens_in * 0.5 + plan.asking.tokens_out * 1.5) / MILLION
    )
    assert lines[0].startswith("1,000,000 rows for 200,000 seeds")
    assert any("at the prices given" in line for line in lines)


def test_tokens_are_estimated_from_texts_and_examples(tmp_path):
    made = build(NOWHERE, tmp_path, works(10))
    plan, _ = made.plan()
    sent = len(made.task().prompt) + len(made.task().wording) + len(works(1)[0].seed_text)
    assert plan.asking.tokens_in == pytest.approx(10 * sent / 4, rel=0.02)
    assert plan.asking.tokens_out == 50 * 450
    assert plan.cost is None


def test_a_judge_and_repeats_are_in_the_plan_as_a_range(tmp_path):
    prices = {"price_in": 1.0, "price_out": 2.0}
    alone, _ = build(NOWHERE, tmp_path, works(10), **prices).plan()
    plan, lines = build(NOWHERE, tmp_path, works(10), judge="openai", **prices).plan()
    assert alone.judging.requests == 0
    assert plan.judging.requests == 10
    assert plan.judging.tokens_out == 50 * 60
    assert plan.judging.tokens_in > 10 * len(build(NOWHERE, tmp_path, []).judge_task().prompt) / 4
    both = [plan.asking, plan.judging]
    tokens = [sum(part.tokens_in for part in both), sum(part.tokens_out for part in both)]
    assert plan.cost == pytest.approx((tokens[0] + 2 * tokens[1]) / MILLION)
    assert plan.cost > alone.cost
    assert plan.most_cost == pytest.approx(1.5 * plan.cost)
    assert "10 requests for scores, about" in "\n".join(lines)
    assert f"about {plan.cost:.2f} to {plan.most_cost:.2f} at the prices given" in "\n".join(lines)


def test_repeats_that_a_journal_shows_widen_the_range(tmp_path):
    with FakeOpenAI(Faults(sequence=["http_500"] * 8)) as server:
        prices = {"price_in": 1.0, "price_out": 2.0, "max_retries": 9}
        list(build(server.base_url, tmp_path, works(2), **prices).generate())
        # The source is its seeds: more rows of the same.
        plan, _ = build(server.base_url, tmp_path, works(2, rows=20), **prices).plan()
    assert plan.most_cost == pytest.approx(5 * plan.cost)


def test_a_server_that_cuts_calls_into_completions_sends_the_prompt_with_each(tmp_path):
    given = {"url": NOWHERE, "inference_type": "aws_bedrock", "journal_dir": str(tmp_path)}
    given |= {"judge": "sds", "prompt_dir": str(ROOT / "prompts")}
    one = Build("sds", given, FIELDS, RULES, works(1, rows=5)).plan()[0]
    many = Build("sds", given, FIELDS, RULES, works(1, rows=40)).plan()[0]
    assert (one.asking.requests, many.asking.requests) == (1, 1)
    assert many.asking.tokens_in == pytest.approx(8 * one.asking.tokens_in, rel=0.01)
    assert many.judging.tokens_in == pytest.approx(8 * one.judging.tokens_in, rel=0.01)


def test_the_plan_after_a_build_knows_what_is_paid_and_how_long_rows_are(tmp_path):
    with FakeOpenAI() as server:
        list(build(server.base_url, tmp_path, works(10)).generate())
        plan, lines = build(server.base_url, tmp_path, works(30), max_requests=25).plan()
    assert (plan.rows, plan.rows_missing, plan.asking.requests) == (150, 100, 20)
    assert 100 * 100 < plan.asking.tokens_out < 100 * 300
    assert any("10 answers for this source" in line for line in lines) is False
    assert any("max_requests 25 will stop it" in line for line in lines) is False
    plan, lines = build(server.base_url, tmp_path, works(10), max_requests=5).plan()
    assert plan.asking.requests == 0
    assert any("10 answers for this source" in line for line in lines)


def test_limits_that_will_not_do_are_said(tmp_path):
    prices = {"price_in": 1.0, "price_out": 1.0}
    made = build(NOWHERE, tmp_path, works(10), max_requests=5, max_cost=0.001, **prices)
    said = "\n".join(made.plan()[1])
    assert "max_requests 5 will stop it" in said
    assert "max_cost 0.001 will probably stop it" in said


def test_a_plan_writes_and_asks_nothing(tmp_path):
    folder = tmp_path / "journal"
    with FakeOpenAI() as server:
        build(server.base_url, folder, works(3)).plan()
    assert server.seen == []
    assert not folder.exists()


def test_the_fingerprint_holds_what_changes_the_rows_and_nothing_else():
    def name(**changed):
        given = {
            "kind": "rows",
            "backend": "openai",
            "model_id": "m",
            "prompt": "p",
            "parameters": {"temperature": 1.0, "max_tokens": 10, "top_p": None},
            "examples": [{"a": 1}],
            "wording": "w",
        }
        return fingerprint.settings(**given | changed)

    same = [{"temperature": 1, "max_tokens": 99}, {"temperature": 1.0}]
    assert all(name(parameters=parameters) == name() for parameters in same)
    others = [
        {"backend": "sds"},
        {"model_id": "n"},
        {"prompt": "q"},
        {"parameters": {"temperature": 0.9}},
        {"parameters": {"temperature": 1.0, "top_p": 0.5}},
        {"examples": [{"a": 2}]},
        {"wording": "v"},
        {"kind": "scores"},
    ]
    assert len({name(), *(name(**other) for other in others)}) == len(others) + 1
    stream = fingerprint.stream(name(), "seed")
    assert fingerprint.key(stream, 0) != fingerprint.key(stream, 1)
    assert fingerprint.stream(name(), "other seed") != stream


def test_the_fingerprint_of_version_1_never_changes():
    name = fingerprint.settings("rows", "openai", "m", "p", {"temperature": 1.0}, [{"a": 1}], "w")
    assert fingerprint.VERSION == 1
    assert (
        fingerprint.key(fingerprint.stream(name, "seed"), 2) == "0df77f07d2f18777e950cc10b0b54785"
    )


def test_a_source_is_named_by_its_seed_texts_in_any_order():
    assert fingerprint.source(["a", "b", "b"]) == fingerprint.source(["b", "a"])
    assert fingerprint.source(["a"]) != fingerprint.source(["b"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"max_tokens": 0}, "var max_tokens is 0: it must be a whole number from 1"),
        ({"concurrency": "many"}, "var concurrency is 'many'"),
        ({"temperature": True}, "var temperature is True"),
        ({"max_cost": 1.0}, "max_cost needs the vars price_in and price_out"),
        ({"base_url": None}, "needs the var base_url"),
        ({"example_path": "nowhere.json"}, "there is no such file"),
    ],
)
def test_a_var_that_cannot_work_is_one_sentence(given, said):
    sound = {"generator": "openai", "base_url": NOWHERE}
    assert Options.problem(sound) == ""
    assert said in Options.problem(sound | given)
    assert Options.problem(sound | given | {"generator": "offline", "judge": "rules"}) == ""
