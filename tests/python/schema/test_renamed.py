"""Old names stop with the new one, and an older database keeps its history."""

import os

import duckdb
import pytest

import forked
from fakes.project import ROOT
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


def test_the_database_is_given_the_same_names():
    macro = (ROOT / "macros" / "source" / "rename_old_names.sql").read_text(encoding="utf-8")
    for old, new in METRICS.items():
        assert f"'{old}': '{new}'," in macro


OLD_TABLES = """
create schema marts; create schema profiles;
create table marts.quality_history as select 'a' as build_id, 'profile' as generator,
    0.9 as utility_ratio, 0.0 as exact_copies, 0.01 as mean_difference;
create table marts.quality_scorecard as
    select * from (values ('profile', 'exact_copies', 0.0), ('sds', 'utility_ratio', 0.8),
    ('sds', 'nndr', 0.5)) as t (generator, metric, value);
create table marts.comparison_kl_divergence as
    select 'sds' as generator, 'dti' as variable, 0.1 as kl_holdout, 0.2 as kl_noise;
create table marts.where_is_it_worst as select 1 as place;
create table profiles.engine_nodes as select 1 as node;
create view profiles.engine_cells as select 1 as cell;
"""


def test_an_older_database_keeps_its_history_under_the_new_names(tmp_path):
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(OLD_TABLES)
    place = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    place += ["--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path)]
    for _ in range(2):
        done = forked.run(
            "dbt.cli.main",
            ["run-operation", "rename_old_names", *place],
            cwd=ROOT,
            env=os.environ | {"LIKENESS_DB": str(path)},
        )
        assert done.returncode == 0, done.stdout
    with duckdb.connect(str(path)) as connection:
        history = connection.execute("from marts.quality_history").fetchdf().to_dict("records")
        scorecard = connection.execute("from marts.quality_scorecard order by value").fetchall()
        kl = connection.execute("from marts.comparison_kl_divergence").fetchdf()
        left = connection.execute("select table_name from duckdb_tables()").fetchall()
        views = connection.execute(
            "select view_name from duckdb_views() where schema_name = 'profiles'"
        ).fetchall()
    assert history == [
        {
            "build_id": "a",
            "generator": "offline",
            "tstr_ratio": 0.9,
            "identical_match_share": 0.0,
            "standardized_mean_difference": 0.01,
        }
    ]
    assert [row[:2] for row in scorecard] == [
        ("offline", "identical_match_share"),
        ("sds", "nndr"),
        ("sds", "tstr_ratio"),
    ]
    assert list(kl)[2:] == ["kl_divergence_holdout", "kl_sampling_noise"]
    assert ("where_is_it_worst",) not in left
    assert ("engine_nodes",) in left
    assert views == []
