"""Other engines behind the same interface: the example of docs/engines.md, mistakes named."""

import re
import sys

import numpy as np
import pandas as pd
import pytest
from test_engine import GIVEN, drawn, typed

from likeness.generators import plugins


@pytest.fixture
def example(root, tmp_path, monkeypatch):
    (code,) = re.findall(r"```python\n(.*?)```", (root / "docs" / "engines.md").read_text(), re.S)
    assert len(code.strip().splitlines()) <= 33
    (tmp_path / "apart_engine.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    yield plugins.load("apart_engine")
    sys.modules.pop("apart_engine")


def test_the_example_of_the_docs_draws_each_field_on_its_own(example, root, fields):
    train = typed(root, fields, 3000)
    profile = example.fit(
        train, fields, given=GIVEN, min_cell_rows=20, seed=1, formula=["installment"]
    )
    given = train[GIVEN].head(1500)
    rows = drawn(profile, fields, np.arange(1500), given)
    assert list(rows.columns[:27]) == [field.name for field in fields]
    assert rows["dti"].mean() == pytest.approx(train["dti"].mean(), rel=0.05)
    starts = rows["sub_grade"].str[0]
    assert pd.Series(starts == rows["grade"]).mean() < 0.5
    assert (train["sub_grade"].str[0] == train["grade"]).all()


def test_a_module_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"var engine: there is no Python module no_such_engine"):
        plugins.load("no_such_engine")


def test_a_module_without_the_functions_is_named_with_them():
    with pytest.raises(ValueError, match="module json has no function fit and no function draw"):
        plugins.load("json")


def test_a_module_that_cannot_be_imported_says_why(tmp_path, monkeypatch):
    (tmp_path / "broken_engine.py").write_text("def fit(:\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match=r"module broken_engine cannot be imported \(SyntaxError"):
        plugins.load("broken_engine")


def test_the_preflight_names_an_engine_that_cannot_be_used():
    assert plugins.problem("likeness.synthesizer") == ""
    assert "module json has no function fit" in plugins.problem("json")
    assert "no Python module no_such_engine" in plugins.problem("no_such_engine")
