"""From a cell back to a value: the category, the heap, or a number inside the range."""

import numpy as np

from likeness.stats.random_numbers import uniform
from likeness.synthesizer import tails
from likeness.synthesizer.cells import Cells

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
    shape = cells.shape[code]
    edge = np.where((code == spans[-1]) & (mean - low < high - mean), low, high)
    picked = np.full(len(at), np.nan)
    todo = np.arange(len(at))
    atoms = cells.value[cells.kind == "heap"]
    for attempt in range(_TRIES):
        u = uniform(seed, these[todo], *key, "inside", attempt)
        unit = units[todo]
        first, last = np.ceil(low[todo] / unit), np.floor(high[todo] / unit)
        slots = last - first + 1
        flat = first + np.floor(u * np.maximum(slots, 1))
        steep = tails.beyond(u, shape[todo], edge[todo], mean[todo])
        steep = np.clip(np.round(steep / unit), first, last)
        point = np.where(np.isnan(shape[todo]), flat, steep) * unit
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
