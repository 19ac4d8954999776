"""The rate of a target by level of each category: ties to it that a table invents, loses or bends.

A plain two-proportion z grows with the root of the rows, so that on a large table a difference
of no consequence is as significant as a fault. The z here is that of a minimum-effect test: of the
difference only what exceeds `TOLERANCE` standard deviations of the target counts. On few rows the
standard error decides, on many the tolerance does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from likeness.metrics import NO_VALUES
from likeness.metrics.bins import MISSING
from likeness.metrics.level_groups import Group, Level, level_groups
from likeness.metrics.sample import NO_CODE, Sample
from likeness.stats.moments import BELOW_MINIMUM

# A twentieth of a standard deviation is a quarter of what Cohen (1988) calls a small effect: two
# percentage points where the target's rate is 20%.
TOLERANCE = 0.05
NESTED = 0.99  # share of rows in the main group of their level, from which a variable is nested
DECIMALS = 4
NO_TARGET = "the target has a single class, or no values"
LEVELS_BELOW_MINIMUM = f"levels {BELOW_MINIMUM}, in either class of the target"


@dataclass(frozen=True)
class Rate:
    """Rows of a group, and those of them that have the target."""

    n: int
    n_positive: int

    @property
    def value(self) -> float | None:
        """The share; None without rows."""
        return self.n_positive / self.n if self.n else None


def excess_z(first: Rate, second: Rate, tolerance: float) -> float | None:
    """The z of the second rate less the first beyond `tolerance` (in rates), 0 within it.

    Signed, of the pooled variance; None where a side has no rows. Two rates that are both 0, or
    both 1, give 0.
    """
    if not first.n or not second.n:
        return None
    difference = second.value - first.value
    pooled = (first.n_positive + second.n_positive) / (first.n + second.n)
    variance = pooled * (1 - pooled) * (1 / first.n + 1 / second.n)
    beyond = max(abs(difference) - tolerance, 0.0)
    return float(np.sign(difference) * beyond / np.sqrt(variance)) if beyond else 0.0


@dataclass(frozen=True)
class Grouped:
    """A variable's levels in groups that may be shown.

    `counts`: rows (levels, 2) by class of the target, for each source; `groups`: positions of
    levels and their names; `left_out`: whether rows are in none of them. `of_row`: for each source
    the group of each row, -1 for those left out. `inside`: names of coarser variables whose groups
    each level lies in.
    """

    name: str
    counts: Mapping[str, np.ndarray]
    groups: list[Group]
    left_out: bool
    of_row: Mapping[str, np.ndarray]
    inside: tuple[str, ...]


def classes_of(sources: Mapping[str, Sample], target: str, positive: str) -> dict[str, np.ndarray]:
    """By source: 1 for rows of the positive level, 0 for those of another, -1 without a value."""
    return {source: _classes(sample, target, positive) for source, sample in sources.items()}


def tolerance_of(classes: np.ndarray) -> float | None:
    """TOLERANCE standard deviations of the target, in rates; None where it has a single class."""
    n, n_positive = int((classes >= 0).sum()), int((classes == 1).sum())
    share = n_positive / n if n else 0.0
    return TOLERANCE * float(np.sqrt(share * (1 - share))) if 0 < share < 1 else None


def grouped(
    sources: Mapping[str, Sample],
    classes: Mapping[str, np.ndarray],
    names: Sequence[str],
    min_cell_rows: int,
) -> Iterator[Grouped]:
    """The groups of each variable in turn, those of few levels first, as they stand in `names`.

    Levels are grouped so that every real count, and every difference of counts, is 0 or at least
    `min_cell_rows` rows in both classes of the target (`level_groups`).
    """
    coarser: dict[str, np.ndarray] = {}
    for name in names:
        codes = {source: _codes(sample, name) for source, sample in sources.items()}
        labels = [*sources["train"].levels[name], MISSING]
        counts = {s: _counts(codes[s], classes[s], len(labels)) for s in sources}
        parents = {k: _parents(codes["train"], v, len(labels)) for k, v in coarser.items()}
        levels = [
            Level(
                label,
                counts["train"][i],
                counts["holdout"][i],
                tuple(of_level[i] for of_level in parents.values()),
            )
            for i, label in enumerate(labels)
        ]
        groups, left_out = level_groups(levels, min_cell_rows)
        of_row = {s: _group_of_rows(codes[s], groups, len(labels)) for s in sources}
        inside = tuple(k for k, of_level in parents.items() if (of_level >= 0).any())
        coarser[name] = of_row["train"]
        yield Grouped(name, counts, groups, left_out, of_row, inside)


def by_number_of_levels(sample: Sample, names: Iterable[str]) -> list[str]:
    """Names of categories, those of few levels first."""
    return sorted(names, key=lambda name: (len(sample.levels[name]), name))


def _classes(sample: Sample, target: str, positive: str) -> np.ndarray:
    """1 for rows of the positive level, 0 for rows of another, -1 without a value."""
    codes = sample.codes[target]
    levels = sample.levels[target]
    found = codes == (levels.index(positive) if positive in levels else len(levels))
    return np.where(codes == NO_CODE, -1, found.astype(np.int64))


def _codes(sample: Sample, name: str) -> np.ndarray:
    codes = sample.codes[name]
    return np.where(codes == NO_CODE, len(sample.levels[name]), codes)


def _counts(codes: np.ndarray, classes: np.ndarray, width: int) -> np.ndarray:
    """Rows (levels, 2) by class of the target."""
    known = classes >= 0
    cells = np.bincount(codes[known] * 2 + classes[known], minlength=2 * width)
    return cells.reshape(width, 2)


def _parents(codes: np.ndarray, of_row: np.ndarray, width: int) -> np.ndarray:
    """The group of a coarser variable that holds each level, where that is so of all levels.

    Levels that lie in several groups, by more than a few wrong rows, share the parent -1: then
    no level can be had as the difference of groups of the two variables. So do all levels where
    one group holds nearly everything.
    """
    groups = int(of_row.max()) + 2
    table = np.bincount(codes * groups + of_row + 1, minlength=width * groups)
    table = table.reshape(width, groups)
    inside = table.max(axis=1).sum() >= NESTED * len(codes) > table.sum(axis=0).max()
    return table.argmax(axis=1) if inside else np.full(width, -1)


def _group_of_rows(codes: np.ndarray, groups: list[Group], width: int) -> np.ndarray:
    """Group of each row, -1 for those left out."""
    of_level = np.full(width, -1)
    for number, group in enumerate(groups):
        of_level[list(group.members)] = number
    return of_level[codes]


def compared(counts: Mapping[str, np.ndarray], tolerance: float) -> dict:
    """Rates, differences and z of rows (2,) by class of the target, for each source."""
    rates = {source: Rate(int(of.sum()), int(of[1])) for source, of in counts.items()}
    row: dict = {s: round(rate.value, DECIMALS) for s, rate in rates.items() if rate.n}
    row["n_synthetic"] = rates["synthetic"].n
    for end, source in (("", "synthetic"), ("_holdout", "holdout")):
        z = excess_z(rates["train"], rates[source], tolerance)
        if z is not None:
            difference = rates[source].value - rates["train"].value
            row |= {f"z{end}": round(z, DECIMALS), f"difference{end}": round(difference, DECIMALS)}
    row["reason"] = None if rates["synthetic"].n else f"synthetic: {NO_VALUES}"
    return row
