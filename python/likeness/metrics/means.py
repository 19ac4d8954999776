"""The mean of a number by the levels of a category and the bands of another number."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from likeness.metrics import REAL, SOURCES
from likeness.metrics.bins import MISSING, Edges
from likeness.metrics.sample import NO_CODE, Sample
from likeness.stats.complementary import shown_column
from likeness.stats.suppression import BELOW_MINIMUM
from likeness.stats.value_counts import Counts, clean_array, rounded

BANDS = 5
LEFT_OUT = "(left out)"


def means(
    sources: Mapping[str, Sample], asked: Mapping[str, Sequence[str]], min_cell_rows: int
) -> Iterator[dict]:
    """Rows of `comparison_rates`, one per number of `asked`, level of its category, other's band.

    `asked`: {number: [category, other number]}. Bands are fifths of train, joined within a level
    until train and holdout have `min_cell_rows` values in each; rows without the other number are
    the band `(missing)`, or join the last one. Outermost values of the number count as their mean,
    as in `comparison_moments`; a level that too few rows hold is left out, with what gives it away,
    and a row says so.
    """
    for variable, (condition, by) in asked.items():
        values = {s: clean_array(sources[s].numbers[variable], min_cell_rows) for s in SOURCES}
        edges = Edges.of(Counts.of(sources["train"].numbers[by]), min_cell_rows, BANDS).values[1:-1]
        bands = {source: _bands(sample.numbers[by], edges) for source, sample in sources.items()}
        levels = [*sources["train"].levels[condition], MISSING]
        codes = {source: _codes(sample, condition) for source, sample in sources.items()}
        filled = {source: np.isfinite(of) for source, of in values.items()}
        shown = _levels_shown(codes, filled, len(levels), min_cell_rows)
        named = {"measure": f"mean of {variable}", "variable_1": condition, "variable_2": by}
        place = 0
        for code in np.flatnonzero(shown):
            here = {s: np.where(filled[s] & (codes[s] == code), bands[s], -1) for s in SOURCES}
            for row in _of_level(here, values, edges, min_cell_rows):
                place += 1
                yield named | {"level_1": levels[code], "position": place} | row
        if any((~shown[codes[s][filled[s]]]).any() for s in REAL):
            none = {"level_1": LEFT_OUT, "level_2": LEFT_OUT, "position": place + 1}
            yield named | none | {"reason": BELOW_MINIMUM}


def _bands(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    place = np.searchsorted(edges, values, side="right")
    return np.where(np.isfinite(values), place, len(edges) + 1)


def _codes(sample: Sample, name: str) -> np.ndarray:
    codes = sample.codes[name]
    return np.where(codes == NO_CODE, len(sample.levels[name]), codes)


def _levels_shown(
    codes: Mapping[str, np.ndarray],
    filled: Mapping[str, np.ndarray],
    width: int,
    min_cell_rows: int,
) -> np.ndarray:
    sides = [
        shown_column(np.bincount(codes[s][filled[s]], minlength=width), min_cell_rows) for s in REAL
    ]
    counts = [np.bincount(codes[s][filled[s]], minlength=width) for s in REAL]
    return sides[0] & sides[1] & (counts[0] > 0) & (counts[1] > 0)


def _of_level(
    bands: Mapping[str, np.ndarray],
    values: Mapping[str, np.ndarray],
    edges: np.ndarray,
    min_cell_rows: int,
) -> Iterator[dict]:
    width = len(edges) + 2
    counts = {s: np.bincount(of[of >= 0], minlength=width) for s, of in bands.items()}
    starts = _joined(np.column_stack([counts[s] for s in REAL]), min_cell_rows)
    limits = [None, *map(float, edges), None]
    for a, b in zip(starts, [*starts[1:], width], strict=True):
        is_missing = a == width - 1
        lower, upper = (None, None) if is_missing else (limits[a], limits[min(b, width - 1)])
        row: dict = {"lower": lower, "upper": upper}
        row["level_2"] = MISSING if is_missing else _label(lower, upper)
        if b == width and not is_missing and any(side[-1] for side in counts.values()):
            row["level_2"] += " or missing"
        for source in SOURCES:
            of = values[source][(bands[source] >= a) & (bands[source] < b)]
            row[source] = rounded(float(of.mean())) if len(of) else None
        for end, source in (("", "synthetic"), ("_holdout", "holdout")):
            known = row[source] is not None
            row[f"difference{end}"] = rounded(row[source] - row["train"]) if known else None
        row["n_synthetic"] = int(counts["synthetic"][a:b].sum())
        yield row


def _joined(counts: np.ndarray, min_cell_rows: int) -> list[int]:
    """Starts of bands, joined until train and holdout have enough; the rest joins the last one."""
    starts, since = [], 0
    for i in range(len(counts)):
        if (counts[since : i + 1].sum(axis=0) >= min_cell_rows).all():
            starts.append(since)
            since = i + 1
    return starts or [0]


def _label(lower: float | None, upper: float | None) -> str:
    if lower is None and upper is None:
        return "any"
    if lower is None:
        return f"below {upper:g}"
    return f"{lower:g} or more" if upper is None else f"{lower:g} to {upper:g}"
