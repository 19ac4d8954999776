"""Whatever a server or a model returns is data: it is read without an exception."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from sds_case import FIELDS, NAMES, as_text

from fakes.sds_llm import loan
from likeness.llm.core import parse
from likeness.llm.sds.backend import Sds
from likeness.llm.sds.files import evaluated_rows
from likeness.llm.sds.scores import scores
from likeness.llm.sds.settings import SdsSettings

READ = Sds(SdsSettings("http://127.0.0.1"), FIELDS, "nowhere").rows
KEYS = "results data text Seeds Topic result row evaluation score evaluated_rows justification"
WORDS = st.sampled_from([*KEYS.split(), "likeness_row", *NAMES[:3]])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)
BODY = st.text() | JSON.map(json.dumps) | st.builds("{}{}".format, JSON.map(json.dumps), st.text())


@settings(max_examples=300)
@given(BODY)
def test_an_answer_becomes_items_that_become_columns(raw):
    for item in READ(raw):
        assert set(parse.columns(item, NAMES)) == {*NAMES, "missing_fields", "extra_fields", "raw"}


@settings(max_examples=300)
@given(st.lists(JSON, max_size=4))
def test_every_row_of_results_becomes_one_item_at_least(rows):
    assert len(READ(json.dumps({"status": "completed", "results": {"t": rows}}))) >= len(rows)


@settings(max_examples=300)
@given(BODY | JSON.map(lambda value: json.dumps({"result": {"evaluated_rows": [value]}})))
def test_every_row_has_one_verdict(raw):
    verdicts = scores(raw, [as_text(loan(1)), as_text(loan(2))])
    assert len(verdicts) == 2
    assert all(v.score is None or 1 <= v.score <= 10 for v in verdicts)


@settings(max_examples=200)
@given(st.lists(JSON, max_size=4))
def test_every_evaluated_row_is_read(items):
    rows = evaluated_rows({"evaluated_rows": items})
    assert len(rows) == len(items)
    assert all(row.score is None or isinstance(row.score, float) for row in rows)
