"""Earlier fields as positions on the scale of the field that is drawn.

A tree that asks whether the code of an earlier field is at most a threshold needs a split of its
own for every part of the bins in which a close tie shows. Read on the scale of the field drawn, and
relative to the middle of the part, one split does for all parts: "does the earlier value lie above
the middle, too?" Nothing is learned for it; it follows from the bins of both fields.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from likeness.synthesizer.bins import CODE, Bins, as_asked

VALUE, RANK, REVERSE = "value", "rank", "reverse rank"
READINGS = (VALUE, RANK, REVERSE)
MOST = 3  # fields that are read so
# Mean distance of the bin read from the bin taken, as a share of what it would be by chance.
CLOSE = 0.9
PREFERRED = 0.01  # values are read as such where ranks are hardly closer
STEPS = 24  # positions on either side of the middle


@dataclass(frozen=True)
class Near:
    """An earlier field (its place in the sequence) and how it is read.

    table: for each of its codes the bin of the field drawn that has the same value (`value`), or
    as large a share of the rows below it (`rank`), or above it (`reverse rank`).
    """

    place: int
    reading: str
    table: np.ndarray


def read_by(earlier: Bins, target: Bins, reading: str) -> np.ndarray:
    """The bin of `target` for each code of `earlier`; empty where the reading has no meaning."""
    nothing = np.zeros(0, dtype=CODE)
    missing = target.bin_of("missing")
    none = int(target.n_rows.argmax()) if missing is None else missing
    if reading == VALUE:
        if earlier.ordinal != target.ordinal:
            return nothing
        if earlier.ordinal:
            values = np.where(earlier.kind == "missing", np.nan, earlier.value)
            return as_asked(target, target.encode(pd.Series(values)))
        if not set(earlier.label[earlier.kind == "category"]) & set(target.label):
            return nothing
        return as_asked(target, target.encode(pd.Series(earlier.label, dtype=object)))
    if not (earlier.ordinal and target.ordinal):
        return nothing
    known, taken = earlier.kind != "missing", np.flatnonzero(target.kind != "missing")
    if not known.any() or not len(taken):
        return nothing
    rows = np.where(known, earlier.n_rows, 0)
    below = (np.cumsum(rows) - rows / 2) / max(rows.sum(), 1)
    share = below if reading == RANK else 1 - below
    upto = np.cumsum(target.n_rows[taken]) / target.n_rows[taken].sum()
    at = taken[np.minimum(np.searchsorted(upto, share), len(taken) - 1)]
    return np.where(known, at, none).astype(CODE)


def closest(
    place: int, bins: Sequence[Bins], codes: Sequence[np.ndarray], most: int = MOST
) -> list[Near]:
    """The earlier fields whose bins, read on the scale of field `place`, lie closest to its own.

    bins, codes (-1: none): of every field of the sequence. Each field is read in its closest way;
    one that lies hardly closer than by chance is left out.
    """
    known = np.flatnonzero(codes[place] >= 0)
    target = codes[place][known].astype(np.int64)
    taken = np.bincount(target, minlength=len(bins[place])) / max(len(target), 1)
    found = []
    for earlier in range(place):
        read = as_asked(bins[earlier], codes[earlier][known])
        ways = []
        for number, reading in enumerate(READINGS):
            table = read_by(bins[earlier], bins[place], reading)
            if not len(table):
                continue
            there = table[read].astype(np.int64)
            distance = np.abs(there - target).mean()
            chance = _by_chance(np.bincount(there, minlength=len(taken)) / len(there), taken)
            if distance < CLOSE * chance:
                share = round(float(distance / chance), 6) - (reading == VALUE) * PREFERRED
                ways.append((share, number, Near(earlier, reading, table)))
        if ways:
            share, _, near = min(ways, key=lambda way: way[:2])
            found.append((share, earlier, near))
    return [near for *_, near in sorted(found, key=lambda one: one[:2])[:most]]


def _by_chance(one: np.ndarray, other: np.ndarray) -> float:
    """Mean distance of independent draws from two distributions over the same bins."""
    below, beneath = np.cumsum(one), np.cumsum(other)
    return float((below * (1 - beneath) + beneath * (1 - below)).sum())


def relative(
    bins: np.ndarray, start: np.ndarray, middle: np.ndarray, stop: np.ndarray
) -> np.ndarray:
    """Where bins lie from the middle of a part: STEPS and more from it upwards, below it less.

    A step is a bin, or a 2 * STEPS-th of the part where it is larger.
    """
    step = np.maximum((stop - start) // (2 * STEPS), 1)
    return np.clip((bins.astype(np.int64) - middle) // step, -STEPS, STEPS - 1) + STEPS
