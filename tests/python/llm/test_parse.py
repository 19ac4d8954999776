"""Whatever a model returns becomes rows, and nothing of it is lost or run."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.faults import ANSWER_FAULTS, spoiled
from fakes.loans import loans
from fakes.project import NAMES
from likeness.llm.core import parse

AB = ("a", "b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"a": 1, "b": 2}]', [{"a": "1", "b": "2"}]),
        ('{"rows": [{"a": 1}, {"a": 2}]}', [{"a": "1"}, {"a": "2"}]),
        ('{"a": 1, "b": [1]}', [{"a": "1", "b": ["1"]}]),
        ('{"1": {"a": 1}, "2": {"a": 2}}', [{"a": "1"}, {"a": "2"}]),
        ('[[{"a": 1}], [{"a": 2}]]', [{"a": "1"}, {"a": "2"}]),
        ('{"a": 1}\n{"a": 2}', [{"a": "1"}, {"a": "2"}]),
        ('Here {you} go [1]:\n```json\n[{"a": 1}]\n```\nDone.', [{"a": "1"}]),
        ('<think>[{"a": 9}] no</think>[{"a": 1}]', [{"a": "1"}]),
        ('[{"a": 1}, "and so on"]', [{"a": "1"}, "and so on"]),
        ('{"rows": [{"a": 1}, {"a": 2, "b": "cut', [{"a": "1"}, '{"a": 2, "b": "cut']),
        ('{"rows": [{"a": "x"y"}, {"a": 2}]}', [{"a": "2"}, '{"rows": [{"a": "x"y"}, ']),
        ("I am sorry.", ["I am sorry."]),
        ("null", ["null"]),
        ("[1, 2]", ["1", "2"]),
        ("[]", ["[]"]),
        ("", []),
        (" \n", []),
    ],
)
def test_items(text, expected):
    assert parse.items(text, AB) == expected


def test_numbers_keep_the_text_the_model_wrote():
    item = parse.items('{"a": 10000.0, "b": 1e5, "c": 007}', AB)
    assert item == ['{"a": 10000.0, "b": 1e5, "c": 007}']
    row = parse.columns(parse.items('{"a": 10000.0, "b": NaN, "c": -0.10}', AB)[0], AB)
    assert (row["a"], row["b"]) == ("10000.0", "NaN")
    assert row["raw"] == '{"a": 10000.0, "b": NaN, "c": -0.10}'
    assert (row["missing_fields"], row["extra_fields"]) == ("", "c")


def test_huge_numbers_and_deep_nesting_are_text():
    digits = "9" * 10_000
    row = parse.columns(parse.items(f'{{"a": {digits}}}', AB)[0], AB)
    assert row["a"] == digits[: parse.MAX_VALUE]
    deep = '{"a": ' * 900 + "1" + "}" * 900
    for text in (deep, "[" * 200_000, '{"a":' * 100_000):
        for item in parse.items(text, AB):
            assert len(parse.columns(item, AB)["raw"]) <= parse.MAX_RAW


def test_what_no_table_can_hold_is_replaced():
    row = parse.columns({"a": "x\x00y\ud800", "b": True}, AB)
    assert row["a"] == "x\N{REPLACEMENT CHARACTER}y\N{REPLACEMENT CHARACTER}"
    assert row["b"] == "true"
    row["raw"].encode("utf-8")


def test_an_item_that_is_no_object_has_no_field():
    row = parse.columns("z" * 5000, AB)
    assert row == {
        "a": None,
        "b": None,
        "missing_fields": "a;b",
        "extra_fields": "",
        "raw": "z" * parse.MAX_VALUE,
    }


ROWS = [{"a": "1.50", "b": "x"}, {"a": "-2", "b": None}]


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": 1.50, "b": "x",}, {"a": -2, "b": null,},]',
        "[{'a': 1.50, 'b': 'x'}, {'a': -2, 'b': None}]",
        "Here they are:\n```python\n[{'a': 1.50, 'b': 'x'}, {'a': -2, 'b': None}]\n```\nDone [2].",
        "{'rows': [{'a': 1.50, \"b\": 'x'}, {'a': -2, 'b': null}]}",
        json.dumps('[{"a": 1.50, "b": "x"}, {"a": -2, "b": null}]'),
        json.dumps(json.dumps('{"rows": [{"a": 1.50, "b": "x"}, {"a": -2, "b": null}]}')),
        '```json\n"[{\\"a\\": 1.50, \\"b\\": \\"x\\"}, {\\"a\\": -2, \\"b\\": null}]"\n```',
        json.dumps(['{"a": 1.50, "b": "x"}', '{"a": -2, "b": null}']),
        json.dumps({"rows": '[{"a": 1.50, "b": "x"}, {"a": -2, "b": null}]'}),
        "{'a': 1.50, 'b': 'x'}\n{'a': -2, 'b': None}",
    ],
)
def test_what_has_one_reading_is_read(text):
    assert parse.items(text, AB) == ROWS


@pytest.mark.parametrize(
    "text",
    [
        "[{'a': 'Joe's', 'b': 'x'}]",
        '[{"a": 10,000, "b": "x"}]',
        '[{"a": 1 + 1, "b": "x"}]',
        "[{'a': __import__('os').getcwd(), 'b': 'x'}]",
        '[{"a": [n for n in (1, 2)], "b": "x"}]',
        "[{**{'a': 1}, 'b': 'x'}]",
        '[{"a": "1" "b": "x"}]',
        "[{'a': b'1', 'b': 2j}]",
        "[" * 500 + "{'a': 1, 'b': 2,}",
    ],
)
def test_what_has_none_or_more_is_not(text):
    assert not any(parse.complete(item, AB) for item in parse.items(text, AB))


def test_texts_of_pythons_keep_their_characters():
    text = "[{'a': 'caf\\u00e9 \\ud83d\\ude00 \\'s', 'b': \"it's\"}]"
    assert parse.items(text, AB) == [{"a": "café \N{GRINNING FACE} 's", "b": "it's"}]


@pytest.mark.parametrize("fault", ["", *ANSWER_FAULTS])
def test_every_fault_of_the_fake_model_is_read(fault):
    rows = loans("grade=B", 5, random.Random(1))
    items = parse.items(spoiled(fault, rows), NAMES)
    usable = sum(parse.complete(item, NAMES) for item in items)
    expected = {"refusal": 0, "no_rows": 0, "wrong_keys": 0, "truncated": 4, "text_items": 4}
    assert usable == expected.get(fault, 5)
    assert items


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (8, 8),
        ("7.5", 7.5),
        ("7/10", 7),
        (0, None),
        (11, None),
        (None, None),
        ("good", None),
        (True, None),
        ([8], None),
        (float("nan"), None),
    ],
)
def test_a_score_is_a_number_from_1_to_10(value, expected):
    assert parse.score(value, "why").score == expected


def test_scores_are_matched_by_id_and_what_is_missing_is_not_judged():
    text = '{"scores": [{"id": 2, "score": 9, "justification": "ok"}, {"id": "3", "score": 99}]}'
    first, second, third = parse.scores(text, ["1", "2", "3"])
    assert (first.score, second.score, third.score) == (None, 9, None)
    assert second.justification == "ok"
    assert [s.score for s in parse.scores('[{"score": 4}, {"score": 5}]', ["1", "2"])] == [4, 5]
    assert [s.score for s in parse.scores('[{"score": 4}]', ["1", "2"])] == [None, None]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)
broken = st.builds(lambda value, cut: json.dumps(value)[:cut], anything, st.integers(0, 60))


@settings(max_examples=300)
@given(st.one_of(anything.map(json.dumps), broken, st.text()))
def test_any_answer_gives_rows_that_a_table_holds(text):
    for item in parse.items(text, AB):
        row = parse.columns(item, AB)
        assert set(row) == {*AB, "missing_fields", "extra_fields", "raw"}
        for value in row.values():
            assert value is None or len(value) <= parse.MAX_RAW
            assert value is None or "\x00" not in value
            (value or "").encode("utf-8")
    assert len(parse.scores(text, ["1", "2"])) == 2


@settings(max_examples=100)
@given(st.lists(st.dictionaries(st.sampled_from([*AB, "c"]), anything, min_size=1), min_size=1))
def test_every_object_in_a_list_is_received(rows):
    wanted = [row for row in rows if set(row) & set(AB)]
    items = parse.items(json.dumps({"rows": rows}), AB)
    assert sum(parse.complete(item, AB) for item in items) >= sum(
        parse.complete(row, AB) for row in wanted
    )
    assert len(items) >= len(rows)
