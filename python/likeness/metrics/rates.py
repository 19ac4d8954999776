"""The rate of a target by the levels of one category, or of two, with its intervals."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from likeness.metrics import SOURCES
from likeness.metrics.auc import Z95
from likeness.metrics.cells import shown_cells
from likeness.metrics.level_groups import Group
from likeness.metrics.means import LEFT_OUT
from likeness.metrics.sample import Sample
from likeness.metrics.target_rates import (
    DECIMALS,
    LEVELS_BELOW_MINIMUM,
    NO_TARGET,
    Grouped,
    by_number_of_levels,
    classes_of,
    compared,
    grouped,
    tolerance_of,
)
from likeness.stats.moments import BELOW_MINIMUM

By = Sequence[str | Sequence[str]]
Entries = Sequence[tuple[str, ...]]
COLUMNS = (
    *("measure", "variable_1", "level_1", "variable_2", "level_2", "lower", "upper", "position"),
    *(f"{source}{end}" for source in SOURCES for end in ("", "_low", "_high")),
    *("difference", "difference_holdout", "z", "z_holdout", "n_synthetic", "is_in_rates_by"),
    "reason",
)
ALL = "(all)"
NESTED = "levels of one variable lie in those of another that is crossed"


def entries(
    given: By | None,
    *,
    conditions: Sequence[str],
    categories: Sequence[str],
    dates: Sequence[str],
    target: Mapping[str, str] | None,
) -> tuple[list[str], list[tuple[str, ...]]]:
    """Names of the periods among var rates_by, and its entries as `rates` takes them.

    None stands for `conditions` and `dates`; entries with the target are left out; a name that is
    no compared category is a date. As `macros/rates_by.sql` has it.
    """
    if target is None:
        return [], []
    if given is None:
        given = [*conditions, *dates]
    every = [(one,) if isinstance(one, str) else tuple(one) for one in given]
    found = [entry for entry in every if target["variable"] not in entry]
    names = dict.fromkeys(name for entry in found for name in entry)
    return [name for name in names if name not in categories], found


def wilson_interval(n_positive: int, n: int) -> tuple[float, float]:
    """95 % confidence interval of a share (Wilson 1927); n above 0."""
    share, z2 = n_positive / n, Z95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return (
        max(0.0, centre - half) if n_positive else 0.0,
        min(1.0, centre + half) if n_positive < n else 1.0,
    )


def rates(
    sources: Mapping[str, Sample],
    target: str,
    positive: str,
    by: Entries,
    periods: Sequence[str],
    min_cell_rows: int,
) -> Iterator[dict]:
    """One row per entry of `by` (a variable, or two) and group of levels, with the COLUMNS.

    Every other category follows by itself (`is_in_rates_by` is then False).

    Counts by class of the target may be had of every group, and of what groups leave of each
    other: 0 or at least `min_cell_rows` in each class, in train and in holdout. The groups of a
    variable are those of `grouped`; two variables cross theirs. `periods` are the categories
    of `sources` that are not compared elsewhere, such as quarters.
    """
    classes = classes_of(sources, target, positive)
    crossed = {name for entry in by if len(entry) == 2 for name in entry}
    tolerance = tolerance_of(classes["train"])
    train = sources["train"]
    names = [name for name in train.codes if name != target and name not in periods]
    found: dict[str, Grouped] = {}
    if tolerance is not None:
        ordered = [*by_number_of_levels(train, names), *by_number_of_levels(train, periods)]
        found = {one.name: one for one in grouped(sources, classes, ordered, min_cell_rows)}
    measure = {"measure": f"rate of {target} is {positive}"}
    others = [(name,) for name in names if (name,) not in by]
    for entry in [*by, *others]:
        common = measure | {"is_in_rates_by": entry in by}
        for row in _of_entry(entry, found, classes, tolerance, crossed, min_cell_rows):
            yield row | common


def _of_entry(
    entry: tuple[str, ...],
    found: Mapping[str, Grouped],
    classes: Mapping[str, np.ndarray],
    tolerance: float | None,
    crossed: set[str],
    min_cell_rows: int,
) -> Iterator[dict]:
    if tolerance is None:
        yield _row(entry, [ALL] * len(entry), 1) | {"reason": NO_TARGET}
    elif len(entry) == 1:
        yield from _by_one(found[entry[0]], tolerance)
    else:
        one, other = (found[name] for name in entry)
        if {*one.inside, *other.inside} & crossed:
            yield _row(entry, [ALL, ALL], 1) | {"reason": NESTED}
        else:
            yield from _by_two(one, other, classes, tolerance, min_cell_rows)


def _by_one(one: Grouped, tolerance: float) -> Iterator[dict]:
    for place, group in enumerate(_ordered(one), 1):
        members = list(group.members)
        counts = {source: table[members].sum(axis=0) for source, table in one.counts.items()}
        yield _row((one.name,), [group.label], place) | _with_intervals(counts, tolerance)
    if one.left_out or not one.groups:
        row = _row((one.name,), [LEFT_OUT], len(one.groups) + 1)
        yield row | {"reason": LEVELS_BELOW_MINIMUM}


def _by_two(
    one: Grouped,
    other: Grouped,
    classes: Mapping[str, np.ndarray],
    tolerance: float,
    min_cell_rows: int,
) -> Iterator[dict]:
    names = (one.name, other.name)
    tables = {source: _crossed(one, other, source, of) for source, of in classes.items()}
    real = np.concatenate([tables["train"], tables["holdout"]], axis=2)
    visible = shown_cells(real, min_cell_rows)
    place, hidden = 0, False
    for i, first in enumerate(_ordered(one)):
        for j, second in enumerate(_ordered(other)):
            at = one.groups.index(first), other.groups.index(second)
            place = i * len(other.groups) + j + 1
            if not visible[at]:
                hidden |= bool(real[at].any())
                continue
            counts = {source: table[at] for source, table in tables.items()}
            row = _row(names, [first.label, second.label], place)
            yield row | _with_intervals(counts, tolerance)
    if hidden or not place:
        yield _row(names, [LEFT_OUT, LEFT_OUT], place + 1) | {"reason": BELOW_MINIMUM}


def _ordered(one: Grouped) -> list[Group]:
    """Groups in the order of their first levels, missing values last."""
    return sorted(one.groups, key=lambda group: (group.label.startswith("("), min(group.members)))


def _crossed(one: Grouped, other: Grouped, source: str, classes: np.ndarray) -> np.ndarray:
    """Rows (groups, groups, 2) by both groups and by class; what is left out, if anything, last.

    A line of what is left out where nothing is would seem to hide cells that are known to be empty.
    """
    rows, columns = (len(side.groups) + side.left_out for side in (one, other))
    first, second = one.of_row[source], other.of_row[source]
    known = (classes >= 0) & ((first >= 0) | one.left_out) & ((second >= 0) | other.left_out)
    first, second = first[known] % max(rows, 1), second[known] % max(columns, 1)
    cells = (first * columns + second) * 2 + classes[known]
    return np.bincount(cells, minlength=rows * columns * 2).reshape(rows, columns, 2)


def _row(names: Sequence[str], labels: Sequence[str], position: int) -> dict:
    row: dict = dict.fromkeys(COLUMNS) | {"position": position}
    for i, (name, label) in enumerate(zip(names, labels, strict=True), 1):
        row |= {f"variable_{i}": name, f"level_{i}": label}
    return row


def _with_intervals(counts: Mapping[str, np.ndarray], tolerance: float) -> dict:
    row = compared(counts, tolerance)
    for source, (negative, positive) in counts.items():
        if negative + positive:
            low, high = wilson_interval(int(positive), int(negative + positive))
            row |= {f"{source}_low": round(low, DECIMALS), f"{source}_high": round(high, DECIMALS)}
    return row
