"""From a bin back to a value: the category, the point mass, or a number inside the range."""

import numpy as np

from likeness.stats.random_numbers import uniform
from likeness.synthesizer import tails
from likeness.synthesizer.bins import Bins

OTHER = "\0other"  # stands in for a text until one is made up
_TRIES = 4


def numbers(bins: Bins, codes: np.ndarray, seed: int, ids: np.ndarray, *key: object) -> np.ndarray:
    """A float64 value for each code (NaN where missing), on the field's own grid."""
    out = bins.value[codes].astype(float)
    out[bins.kind[codes] == "missing"] = np.nan
    at = np.flatnonzero(bins.kind[codes] == "range")
    if not len(at):
        return out
    code, these = codes[at], ids[at]
    units = _rounding_unit(bins, code, uniform(seed, these, *key, "heap"))
    spans = np.flatnonzero(bins.kind == "range")
    low, high, mean = bins.low[code], bins.high[code], bins.value[code]
    shape = bins.shape[code]
    edge = np.where((code == spans[-1]) & (mean - low < high - mean), low, high)
    picked = np.full(len(at), np.nan)
    todo = np.arange(len(at))
    atoms = bins.value[bins.kind == "point mass"]
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
        fine = np.round(point / bins.unit) * bins.unit
        picked[todo] = np.where(none, np.nan, fine)
        units[todo[none]] = bins.unit
        again = none
        if len(atoms):
            near = np.clip(np.searchsorted(atoms, fine - bins.unit / 4), 0, len(atoms) - 1)
            again = again | (np.abs(atoms[near] - fine) < bins.unit / 4)
        todo = todo[again]
        if not len(todo):
            break
    middle = np.round((low + high) / 2 / bins.unit) * bins.unit
    out[at] = np.where(np.isnan(picked), middle, picked)
    return out


def without_noise(values: np.ndarray, decimals: int) -> np.ndarray:
    """Values rounded to `decimals` where they lie on that grid but for float noise.

    A point mass beside the grid (a third, in a field of six decimals) stays as the source has it.
    """
    rounded = np.round(values, decimals)
    return np.where(np.abs(values - rounded) < 10.0 ** -(decimals + 3), rounded, values)


def _rounding_unit(bins: Bins, code: np.ndarray, u: np.ndarray) -> np.ndarray:
    """The unit that each value is to be a multiple of, from the shares of its run of ranges."""
    spans = np.flatnonzero(bins.kind == "range")
    order = np.searchsorted(spans, code)
    units = np.full(len(code), bins.unit)
    for first in sorted({row["range_from"] for row in bins.rounding_shares}):
        run = [row for row in bins.rounding_shares if row["range_from"] == first]
        inside = (order >= first) & (order <= run[0]["range_to"])
        cdf = np.cumsum([row["share"] for row in run])
        at = np.minimum(np.searchsorted(cdf / cdf[-1], u[inside], side="right"), len(run) - 1)
        units[inside] = np.array([row["unit"] for row in run])[at]
    return units


def texts(bins: Bins, codes: np.ndarray, seed: int, ids: np.ndarray, *key: object) -> np.ndarray:
    """A text for each code (None where missing); `other` is one of the domain's other texts."""
    out = bins.label[codes].astype(object)
    out[bins.kind[codes] == "missing"] = None
    at = np.flatnonzero(bins.kind[codes] == "other")
    if len(at) and bins.others:
        u = uniform(seed, ids[at], *key, "other")
        out[at] = np.array(bins.others, dtype=object)[(u * len(bins.others)).astype(int)]
    elif len(at):
        out[at] = OTHER
    return out
