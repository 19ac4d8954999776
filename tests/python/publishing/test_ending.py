"""The last lines of `make build`: verdict, rows, files, what to open and what to do."""

import json
from datetime import UTC, datetime

import duckdb
import pytest

from likeness.cli.ending import ending
from likeness.schema.outputs import is_ours

STARTED = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture
def built(tmp_path):
    """A function: the ending of a build with these statuses of its scorecard."""

    def made(status: str, *, published: bool, message: str = "", moment: str = "2026-01-02 03:05"):
        path = tmp_path / "likeness.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema marts; create schema staging")
            connection.execute(
                "create table marts.quality_history as select 'b1' as build_id, "
                f"timestamp '{moment}' as built_at, 1200 as synthetic_rows, 1300 as source_rows"
            )
            connection.execute(
                "create table marts.quality_scorecard as select 'offline' as generator, 'nndr' as "
                f"metric, '{status}' as status, 'default' as limits, 0.5 as warn_at, "
                "0.1 as fail_at, 'error' as severity"
            )
            gates = f"select '{message}' as message where {bool(message)}"
            connection.execute(f"create table marts.quality_gates as {gates}")
            connection.execute(
                "create table staging.stg_loans__excluded_counts as select 'all' as reason, "
                "'fewer than 20' as n_shown"
            )
        files = {"report.html": "x", "figures/roc.svg": "y", "data_tab_separated.csv": "z"}
        manifest = {"build_id": "b1" if published else "b0", "files": files}
        (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        given = {"generator": "offline", "export_dir": str(tmp_path), "record": {"many": "loans"}}
        return ending(str(path), given, STARTED)

    return made


def test_a_green_build_says_what_was_made_and_what_to_open(built, tmp_path):
    said = built("pass", published=True)
    assert "✓ GREEN: 1 metric with a limit" in said
    assert "1,200 synthetic loans from 1,300 real ones" in said
    assert "left out   fewer than 20 rows of the source" in said
    assert f"files      {tmp_path}: data_tab_separated.csv, figures, report.html" in said
    assert f"open       {tmp_path / 'report.html'}" in said
    assert "make ask" in said.splitlines()[-1]


def test_a_red_build_says_what_to_do(built, tmp_path):
    said = built("fail", published=False, message="nndr is 0.05; try: raise min_cell_rows")
    assert "✕ RED: 1 metric failed" in said
    assert "files      none" in said
    assert f"open       {tmp_path / 'report.red.html'}" in said
    assert said.splitlines()[-1] == "  to do      nndr is 0.05; try: raise min_cell_rows"


def test_a_build_that_came_to_no_scorecard_has_no_ending(built, tmp_path):
    assert built("pass", published=True, moment="2026-01-01 00:00") == ""
    assert ending(str(tmp_path / "none.duckdb"), {"generator": "offline"}, STARTED) == ""


def test_figures_of_every_part_of_the_report_are_ours():
    for name in ("rates_by_grade", "roc", "calibration", "dcr_p05", "nndr", "bars_x", "boxes_x"):
        assert is_ours(f"figures/{name}.svg")
    assert not is_ours("figures/mine.svg")
