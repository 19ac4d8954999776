"""From a cell back to a value: the category, the heap, or a number inside the range."""

import numpy as np

from likeness.offline.cells import TAIL_REACH, Cells
from likeness.rand import uniform

OTHER = "\0other"  # stands in for a text until one is made up
_TRIES = 4


def numbers(
    cells: Cells, codes: np.ndarray, seed: int, ids: np.ndarray, *key: object
) -> np.ndarray:
    """A float64 value for each code (NaN where missing), on the field's own grid."""
    out = cells.value[codes].astype(float)
    out[cells.kind[codes] == "missing"] = np.nan
    at = np.flatnonzero(cells.kind[codes] == "range")
    if not len(at):
        return out
    code, these = codes[at], ids[at]
    units = _heap_unit(cells, code, uniform(seed, these, *key, "heap"))
    spans = np.flatnonzero(cells.kind == "range")
    low, high, mean = cells.low[code], cells.high[code], cells.value[code]
    top, bottom = code == spans[-1], code == spans[0]
    edge = np.where(top, low, high)
    far = np.abs(np.where(top, high, low) - edge)
    tail = (top | bottom) & (far > (TAIL_REACH + 2) / 2 * np.abs(mean - edge))
    picked = np.full(len(at), np.nan)
    todo = np.arange(len(at))
    atoms = cells.value[cells.kind == "heap"]
    for attempt in range(_TRIES):
        u = uniform(seed, these[todo], *key, "inside", attempt)
        unit = units[todo]
        first, last = np.ceil(low[todo] / unit), np.floor(high[todo] / unit)
        slots = last - first + 1
        flat = first + np.floor(u * np.maximum(slots, 1))
        steep = np.clip(np.round(_tail(u, edge[todo], mean[todo]) / unit), first, last)
        point = np.where(tail[todo], steep, flat) * unit
        none = slots < 1
        fine = np.round(point / cells.unit) * cells.unit
        picked[todo] = np.where(none, np.nan, fine)
        units[todo[none]] = cells.unit
        again = none
        if len(atoms):
            near = np.clip(np.searchsorted(atoms, fine - cells.unit / 4), 0, len(atoms) - 1)
            again = again | (np.abs(atoms[near] - fine) < cells.unit / 4)
        todo = todo[again]
        if not len(todo):
            break
    middle = np.round((low + high) / 2 / cells.unit) * cells.unit
    out[at] = np.where(np.isnan(picked), middle, picked)
    return out


def _tail(u: np.ndarray, edge: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Values beyond an edge: the deciles of an exponential with the range's mean."""
    return edge + (mean - edge) * _DECILES[(u * len(_DECILES)).astype(int)]


def _decile_means() -> np.ndarray:
    """Means of a unit exponential within its deciles."""
    left = 1.0 - np.arange(10) / 10.0
    below = np.append(left * (1.0 - np.log(left)), 0.0)
    return (below[:-1] - below[1:]) * 10.0


_DECILES = _decile_means()


def _heap_unit(cells: Cells, code: np.ndarray, u: np.ndarray) -> np.ndarray:
    """The unit that each value is to be a multiple of, from the shares of its run of ranges."""
    spans = np.flatnonzero(cells.kind == "range")
    order = np.searchsorted(spans, code)
    units = np.full(len(code), cells.unit)
    for first in sorted({heap["range_from"] for heap in cells.heaps}):
        run = [heap for heap in cells.heaps if heap["range_from"] == first]
        inside = (order >= first) & (order <= run[0]["range_to"])
        cdf = np.cumsum([heap["share"] for heap in run])
        at = np.minimum(np.searchsorted(cdf / cdf[-1], u[inside], side="right"), len(run) - 1)
        units[inside] = np.array([heap["unit"] for heap in run])[at]
    return units


def texts(cells: Cells, codes: np.ndarray, seed: int, ids: np.ndarray, *key: object) -> np.ndarray:
    """A text for each code (None where missing); `other` is one of the domain's other texts."""
    out = cells.label[codes].astype(object)
    out[cells.kind[codes] == "missing"] = None
    at = np.flatnonzero(cells.kind[codes] == "other")
    if len(at) and cells.others:
        u = uniform(seed, ids[at], *key, "other")
        out[at] = np.array(cells.others, dtype=object)[(u * len(cells.others)).astype(int)]
    elif len(at):
        out[at] = OTHER
    return out
