"""Leaks planted in the grids of pairs turn the audit red."""

import json

import pytest

from likeness.audit.grids import TABLE
from likeness.audit.registry import OTHER

from .test_planted import MIN_CELL_ROWS, TRAIN


@pytest.fixture
def grids(rows) -> dict[tuple[str, str], dict]:
    """The grids that the build published, by pair."""
    found = rows(f"select variable_1, variable_2, grid from {TABLE} where grid is not null")
    assert 1 <= len(found) <= 5
    return {(first, second): json.loads(grid) for first, second, grid in found}


def with_grid(pair: tuple[str, str], grid: dict) -> str:
    text = json.dumps(grid).replace("'", "''")
    first, second = pair
    return (
        f"update {TABLE} set grid = '{text}' "
        f"where variable_1 = '{first}' and variable_2 = '{second}'"
    )


def of_grids(found: list[tuple]) -> set[str]:
    return {what for table, _, what, _ in found if table == TABLE}


def test_a_share_that_is_not_rounded_is_found(grids, audited):
    (pair, grid), *_ = grids.items()
    lines = grid["train"]
    i, j = next((i, j) for i, line in enumerate(lines) for j, share in enumerate(line) if share)
    lines[i][j] += grid["step"] / 3
    assert of_grids(audited(with_grid(pair, grid))) == {"an exact share tells apart"}


def test_a_step_that_tells_few_rows_is_found(grids, audited):
    (pair, grid), *_ = grids.items()
    grid["step"] /= 4
    assert of_grids(audited(with_grid(pair, grid))) == {"shares rounded to"}


def test_a_cell_of_few_rows_that_is_shown_is_found(rows, audited):
    """A grid of each row's sub-grade by income in which everything is shown."""
    few = rows(
        f"select sub_grade, count(*) as n from {TRAIN} group by all "
        f"having n between {MIN_CELL_ROWS} and {2 * MIN_CELL_ROWS - 1} order by all limit 1"
    )
    named = few[0][0]
    middle = rows(f"select median(annual_inc) from {TRAIN} where sub_grade = '{named}'")[0][0]
    axes = [
        {"labels": [named, OTHER], "edges": None},
        {"labels": ["below", "more"], "edges": [middle]},
    ]
    shares = [[0.1, 0.1], [0.1, 0.7]]
    grid = {"step": 0.1, "axes": axes, "train": shares, "synthetic": shares}
    found = audited(with_grid(("annual_inc", "sub_grade"), grid | {"axes": axes[::-1]}))
    assert "a cell rests on" in of_grids(found)


def test_a_hidden_cell_that_the_margins_give_away_is_found(rows, audited):
    income = f"select annual_inc from {TRAIN} where grade = 'A' order by 1 limit 1 offset 9"
    edge = rows(income)[0][0]
    below = rows(f"select count(*) from {TRAIN} where grade = 'A' and annual_inc < {edge}")[0][0]
    assert 0 < below < MIN_CELL_ROWS
    axes = [
        {"labels": ["below", "more"], "edges": [edge]},
        {"labels": ["A", OTHER], "edges": None},
    ]
    shares = [[None, 0.1], [0.4, 0.5]]
    grid = {"step": 0.1, "axes": axes, "train": shares, "synthetic": shares}
    found = of_grids(audited(with_grid(("annual_inc", "grade"), grid)))
    assert {"a hidden cell has", "left of a line"} <= found


def test_a_value_that_few_rows_have_is_named_nowhere(rows, audited):
    rare = rows(
        f"select cast(dti as varchar) from {TRAIN} where dti is not null group by all "
        f"having count(*) < {MIN_CELL_ROWS} order by all limit 1"
    )[0][0]
    axes = [
        {"labels": ["any"], "edges": []},
        {"labels": [rare, OTHER], "edges": None},
    ]
    grid = {"step": 0.1, "axes": axes, "train": [[None, 1.0]], "synthetic": [[None, 1.0]]}
    renamed = f"update {TABLE} set variable_2 = 'dti' where variable_2 = 'purpose'"
    found = audited(renamed, with_grid(("annual_inc", "dti"), grid))
    assert f"{rare} of dti is named, held by" in of_grids(found)
