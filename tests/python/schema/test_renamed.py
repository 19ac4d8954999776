"""Old names stop with the new one, and an older database keeps its history."""

import duckdb
import pytest
from fakes.project import ROOT, run_dbt

from likeness.schema.gates import load_gates, problem_with_gates
from likeness.schema.renamed import METRICS, VALUES, problem_with_old_value

METRIC_NAMES = {gate.metric for gate in load_gates(ROOT / "seeds" / "gates.csv")}


@pytest.mark.parametrize(("old", "new"), METRICS.items())
def test_an_old_metric_in_var_gates_stops_with_its_new_name(old, new):
    gates = load_gates(ROOT / "seeds" / "gates.csv")
    said = problem_with_gates({old: None}, gates)
    assert said == f"var gates names {old!r}, which is now called {new}."
    assert new in METRIC_NAMES
    assert old not in METRIC_NAMES


def test_an_old_value_of_a_var_stops_with_its_new_name():
    for name, values in VALUES.items():
        for old, new in values.items():
            assert f"say {name}: {new}." in problem_with_old_value(name, old)
            assert problem_with_old_value(name, new) == ""
    assert problem_with_old_value("generator", ["profile"]) == ""
