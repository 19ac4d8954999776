"""Bins of one field: a category, a point mass, a range between two edges or `missing`.

Every bin rests on at least `min_cell_rows` rows; a number has at most MAX_BINS beside `missing`, a
category as many as it has texts that are shared by so many. Bins are the alphabet of the engine:
its trees see nothing else.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from likeness.synthesizer import rounding, tails

MAX_BINS = 240
CODE = np.uint16  # the number of a bin
COLUMNS = ("field", "bin", "kind", "label", "value", "low", "high", "shape", "n_rows")


@dataclass
class Bins:
    """The bins of one field, in order; arrays of length n."""

    name: str
    form: str
    unit: float
    kind: np.ndarray
    label: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    shape: np.ndarray
    n_rows: np.ndarray
    rounding_shares: list = field(default_factory=list)
    others: tuple = ()

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def ordinal(self) -> bool:
        """Whether neighbouring bins are neighbouring values."""
        return self.form == "number"

    def bin_of(self, kind: str) -> int | None:
        """Position of the only bin of a kind (`missing`, `other`), or None."""
        found = np.flatnonzero(self.kind == kind)
        return int(found[0]) if len(found) else None

    def ordered(self, order: np.ndarray) -> "Bins":
        """The same bins in another order (positions of the present one)."""
        arrays = ("kind", "label", "value", "low", "high", "shape", "n_rows")
        return replace(self, **{name: getattr(self, name)[order] for name in arrays})

    def within(self, least: float, most: float) -> "Bins":
        """The same bins, none of which reaches beyond the values `least` and `most`."""
        low, high = least - self.unit / 2, most + self.unit / 2
        return replace(self, low=np.maximum(self.low, low), high=np.minimum(self.high, high))

    def encode(self, column: pd.Series) -> np.ndarray:
        """Bin of each value, int64; -1 where no bin holds it."""
        return self._encode_numbers(column) if self.ordinal else self._encode_texts(column)

    def _encode_texts(self, column: pd.Series) -> np.ndarray:
        index = {label: i for i, label in enumerate(self.label) if self.kind[i] == "category"}
        unknown, missing = self.bin_of("other"), self.bin_of("missing")
        codes = as_text(column).map(index).to_numpy(float, na_value=np.nan)
        is_missing = column.isna().to_numpy()
        codes = np.where(np.isnan(codes), -1 if unknown is None else unknown, codes)
        return np.where(is_missing, -1 if missing is None else missing, codes).astype(np.int64)

    def _encode_numbers(self, column: pd.Series) -> np.ndarray:
        values = as_number(column)
        out = np.full(len(values), -1, dtype=np.int64)
        gone = np.isnan(values)
        missing = self.bin_of("missing")
        if missing is not None:
            out[gone] = missing
        spans = np.flatnonzero(self.kind == "range")
        if len(spans):
            at = np.searchsorted(self.low[spans], values[~gone], side="right") - 1
            out[~gone] = spans[np.clip(at, 0, len(spans) - 1)]
        atoms = np.flatnonzero(self.kind == "point mass")
        if len(atoms):
            at = np.clip(np.searchsorted(self.value[atoms], values), 0, len(atoms) - 1)
            same = np.abs(self.value[atoms][at] - values) < self.unit / 4
            out = np.where(same, atoms[at], out)
            if not len(spans):
                nearest = np.abs(values[:, None] - self.value[atoms][None, :]).argmin(axis=1)
                out = np.where((out < 0) & ~gone, atoms[nearest], out)
        return out


def as_asked(bins: Bins, codes: np.ndarray) -> np.ndarray:
    """Codes as trees compare them: values that no bin holds map to the modal bin."""
    return np.where(codes < 0, int(bins.n_rows.argmax()), codes).astype(CODE)


def as_text(column: pd.Series) -> pd.Series:
    """Category values as text; whole numbers without a decimal point, missing stays missing."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.astype("Int64").astype("object").map(lambda v: str(v), na_action="ignore")
    return column.astype("object")


def as_number(column: pd.Series) -> np.ndarray:
    """Numbers as float64; dates as months since year 0; missing as NaN."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return (column.dt.year * 12 + column.dt.month - 1).to_numpy(float, na_value=np.nan)
    if column.dtype == object:
        dates = pd.to_datetime(column)
        return (dates.dt.year * 12 + dates.dt.month - 1).to_numpy(float, na_value=np.nan)
    return column.to_numpy(float, na_value=np.nan)


def _build(name: str, form: str, unit: float, rows: list[dict], **more: Any) -> Bins:
    frame = pd.DataFrame(rows, columns=list(COLUMNS[2:]))
    return Bins(
        name=name,
        form=form,
        unit=unit,
        kind=frame["kind"].to_numpy(object),
        label=frame["label"].to_numpy(object),
        value=frame["value"].to_numpy(float),
        low=frame["low"].to_numpy(float),
        high=frame["high"].to_numpy(float),
        shape=frame["shape"].to_numpy(float),
        n_rows=frame["n_rows"].to_numpy(np.int64),
        **more,
    )


def fit_categories(
    name: str,
    column: pd.Series,
    min_cell_rows: int,
    domain: tuple[str, ...],
    *,
    makes_up_others: bool = False,
) -> Bins:
    """One bin for each text that `min_cell_rows` rows share, `other` for the rest, and `missing`.

    Fewer than `min_cell_rows` others join the smallest bin, and so do any where nothing could be
    drawn for them: the domain has no other text, and none is made up. Where no text is shared by
    enough they are missing. Domain order where there is one, else by name.
    """
    counts = as_text(column).value_counts()
    rank = {label: i for i, label in enumerate(domain)}
    kept = sorted(counts[counts >= min_cell_rows].index, key=lambda v: (rank.get(v, len(rank)), v))
    rest, gone = int(counts[counts < min_cell_rows].sum()), int(column.isna().sum())
    if not kept and rest < min_cell_rows and gone:
        gone, rest = gone + rest, 0
    gone, rest = (gone, rest) if gone >= min_cell_rows else (0, rest)
    sizes = {label: int(counts[label]) for label in kept}
    others = tuple(label for label in domain if label not in sizes)
    if kept and (0 < rest < min_cell_rows or not (others or makes_up_others)):
        sizes[min(kept, key=lambda v: (sizes[v], v))] += rest
        rest = 0
    if not kept and (rest < min_cell_rows or not (others or makes_up_others)):
        gone, rest = gone + rest, 0
    rows = [{"kind": "category", "label": v, "n_rows": sizes[v]} for v in kept]
    if rest >= min_cell_rows:
        rows.append({"kind": "other", "n_rows": rest})
    if gone or not rows:
        rows.append({"kind": "missing", "n_rows": gone})
    return _build(name, "category", 1.0, rows, others=others)


def fit_numbers(
    name: str,
    column: pd.Series,
    min_cell_rows: int,
    decimals: int | None,
    units: Sequence[float] = rounding.UNITS,
) -> Bins:
    """Point masses and ranges of at least `least` values each, and `missing`.

    `least` is the minimum cell size, or more where that would give over MAX_BINS bins. `units` are
    what values may be multiples of, the coarsest first.
    """
    values = as_number(column)
    gone = int(np.isnan(values).sum())
    values = np.sort(values[~np.isnan(values)])
    rows = [{"kind": "missing", "n_rows": gone}] if gone >= min_cell_rows else []
    if len(values) < min_cell_rows:
        return _build(name, "number", 1.0, rows or [{"kind": "missing", "n_rows": gone}])
    unit = rounding.learn_unit(values, decimals, units)
    least, distinct_counts = min_cell_rows, np.unique(values, return_counts=True)
    while True:
        keep, loose, cuts = _parted(*distinct_counts, unit, least, min_cell_rows)
        if keep.sum() + (len(cuts) + 1 if len(loose) else 0) <= MAX_BINS:
            break
        least = int(np.ceil(least * 1.15))
    atoms, ranges, spans = _split(*distinct_counts, keep, loose, cuts, unit)
    bins = sorted(atoms + ranges, key=lambda row: (row["order"], row["kind"]))
    built = _build(name, "number", unit, rows + bins)
    ladder = rounding.rounding_units(unit, units)
    built.rounding_shares = _rounding_shares(spans, ladder, min_cell_rows) if spans else []
    return built


def _parted(
    distinct: np.ndarray, counts: np.ndarray, unit: float, least: int, min_cell_rows: int
) -> tuple[np.ndarray, np.ndarray, list[tuple[float, int]]]:
    """Which distinct values are point masses, the other values, and the cuts between their ranges.

    distinct: ascending, with the `counts` of their rows.
    """
    keep = counts >= least
    rest = int(counts[~keep].sum())
    while (
        0 < rest < min_cell_rows and keep.any()
    ):  # too few for a range of their own: a neighbour joins
        loose_at = np.flatnonzero(~keep)
        kept_at = np.flatnonzero(keep)
        near = kept_at[np.abs(distinct[kept_at] - distinct[loose_at[-1]]).argmin()]
        keep[near] = False
        rest += int(counts[near])
    loose = np.repeat(distinct[~keep], counts[~keep])
    if not rest:
        return keep, loose, []
    grid = rounding.grid_edges(loose[0], loose[-1], unit)
    return keep, loose, _cuts(loose, grid, least, min_cell_rows)


def _split(
    distinct: np.ndarray,
    counts: np.ndarray,
    keep: np.ndarray,
    loose: np.ndarray,
    cuts: list[tuple[float, int]],
    unit: float,
) -> tuple[list, list, list]:
    """Point masses and ranges, and the values of each range, of what `_parted` gives."""
    atoms = [
        {"kind": "point mass", "value": v, "n_rows": int(n), "order": v}
        for v, n in zip(distinct[keep], counts[keep], strict=True)
    ]
    if not len(loose):
        return atoms, [], []
    at = [0, *[c[1] for c in cuts], len(loose)]
    spans = [loose[a:b] for a, b in itertools.pairwise(at)]
    means = [float(span.mean()) for span in spans]
    edges = [-np.inf, *[edge for edge, _ in cuts], np.inf]
    above = distinct[keep].max(initial=-np.inf)
    below = distinct[keep].min(initial=np.inf)
    if not cuts and loose[0] > above > -np.inf:
        edges[0] = above + unit / 2
    elif not cuts and loose[-1] < below < np.inf:
        edges[1] = below - unit / 2
    ranges = []
    for low, high, mean, span in zip(edges[:-1], edges[1:], means, spans, strict=True):
        shape = np.nan
        if np.isinf(low) and np.isinf(high):
            low, high = mean - unit / 2, mean + unit / 2
        elif np.isinf(high):
            shape, far = _reach(span, low, mean, above < mean)
            high = low + far
        elif np.isinf(low):
            shape, far = _reach(span, high, mean, below > mean)
            low = high - far
            low = max(low, -unit / 2) if loose[0] >= 0 else low
        place = {"value": mean, "low": low, "high": high, "order": (low + high) / 2}
        ranges.append({"kind": "range", "shape": shape, "n_rows": len(span), **place})
    return atoms, ranges, spans


def _cuts(
    loose: np.ndarray, edges: np.ndarray, least: int, min_cell_rows: int
) -> list[tuple[float, int]]:
    """(edge, rows below it): `least` rows per range, `min_cell_rows` in the outermost ones."""
    inner = np.searchsorted(loose, edges)
    first = next((i for i, at in enumerate(inner) if at >= min_cell_rows), None)
    last = next(
        (i for i in range(len(inner) - 1, -1, -1) if len(loose) - inner[i] >= min_cell_rows), None
    )
    if first is None or last is None or last <= first:
        return []
    cuts = [(edges[first], int(inner[first]))]
    for edge, at in zip(edges[first + 1 : last], inner[first + 1 : last], strict=True):
        if at - cuts[-1][1] >= least and inner[last] - at >= least:
            cuts.append((edge, int(at)))
    if inner[last] - cuts[-1][1] >= min_cell_rows:
        cuts.append((edges[last], int(inner[last])))
    return cuts


def _reach(span: np.ndarray, edge: float, mean: float, is_tail: bool) -> tuple[float, float]:
    """Shape (NaN: none) and length of an outermost range: a tail's last knot, or its mirror."""
    if not is_tail:
        return np.nan, 2 * abs(mean - edge)
    shape = tails.fit_shape(np.abs(span - edge))
    return shape, abs(mean - edge) * float(tails.knots(shape)[-1])


def _rounding_shares(
    spans: list[np.ndarray], units: Sequence[float], min_cell_rows: int
) -> list[dict]:
    """Shares of rounding units in runs of ranges; what too few rows have joins a finer one."""
    total = sum(len(s) for s in spans)
    size = max(20 * min_cell_rows, total // 12)
    out, start, rows, left = [], 0, 0, total
    for i, span in enumerate(spans):
        rows, left = rows + len(span), left - len(span)
        if (rows < size or left < size) and i + 1 < len(spans):
            continue
        values = np.concatenate(spans[start : i + 1])
        level = np.full(len(values), len(units) - 1)
        for k in range(len(units) - 2, -1, -1):
            level[rounding.is_multiple(values, units[k])] = k
        counts = np.bincount(level, minlength=len(units))
        for k in range(len(units) - 1):
            if 0 < counts[k] < min_cell_rows:
                counts[k + 1] += counts[k]
                counts[k] = 0
        if 0 < counts[-1] < min_cell_rows and counts[:-1].any():
            last = int(np.flatnonzero(counts[:-1])[-1])
            counts[last] += counts[-1]
            counts[-1] = 0
        for k in np.flatnonzero(counts).tolist():
            out.append(
                {
                    "range_from": start,
                    "range_to": i,
                    "unit": units[k],
                    "share": counts[k] / counts.sum(),
                    "n_rows": int(counts[k]),
                }
            )
        start, rows = i + 1, 0
    return out
