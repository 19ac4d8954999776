"""Factors of odds that give the trees of a level the shares that single earlier fields go with.

A leaf of few rows can hardly be split by a field of which one value is rare, so a tie that is weak
everywhere, yet known from many rows together, is lost to trees: their rows lean towards what the
commonest value goes with. So the trees' odds are multiplied by a factor for each earlier field and
part, found by raking (iterative proportional fitting, Deming and Stephan 1940) until the expected
rows of every run of its codes are those of the train rows. A run holds `min_cell_rows` rows in
either half.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likeness.stats import compiled
from likeness.synthesizer.bins import CODE

# A part is calibrated where it holds so many minimum cells. In fewer rows what single fields go
# with is mostly chance, which the rows would copy: of 415 rows of 140 columns a share of 0.61 lay
# nearer to train than to the holdout, 0.56 without factors.
LEAST_PART = 50
RUNS = 24  # runs of a field's codes in one part, at most
SWEEPS = 3
SIGNIFICANT = 4  # digits of a factor
EXCESS = 1.0  # residual chi-square by degree of freedom from which a field has factors


@dataclass
class Factors:
    """Factors of one level, one row for each run, by part, field and first code.

    part, feature (place of the earlier field), upto (last code of the run), factor, n_rows (rounded
    down to a multiple of the minimum cell size).
    """

    part: np.ndarray
    feature: np.ndarray
    upto: np.ndarray
    factor: np.ndarray
    n_rows: np.ndarray

    @classmethod
    def none(cls) -> "Factors":
        """No factor at all."""
        whole = np.zeros(0, dtype=np.int64)
        return cls(whole, whole, whole, np.zeros(0), whole)


def calibrated(
    shares: np.ndarray,
    codes: np.ndarray,
    rows: np.ndarray,
    sizes: np.ndarray,
    part: np.ndarray,
    upper: np.ndarray,
    min_cell_rows: int,
) -> Factors:
    """Factors of a level. shares [trees, rows]: of the upper half, as the trees have them.

    codes [all rows, fields], of which `rows` are learned from; sizes: codes of each of the fields
    before this one, which are the first. part, upper [rows].
    """
    loops = compiled.required()
    order = np.argsort(part, kind="stable")
    edges = np.flatnonzero(np.diff(part[order], prepend=-1, append=-1))
    found = []
    for start, stop in itertools.pairwise(edges.tolist()):
        at = order[start:stop]
        if len(at) < LEAST_PART * min_cell_rows or not len(sizes):
            continue
        half = upper[at].astype(np.int64)
        run = np.empty((len(sizes), len(at)), CODE)
        ends = np.empty((len(sizes), RUNS + 1), np.int64)
        enough = max(-(-len(at) // RUNS), 2 * min_cell_rows)
        counts = loops.in_runs(codes, rows[at], half, sizes, min_cell_rows, enough, run, ends)
        used = np.flatnonzero(counts)
        factors = np.ones((len(used), int(counts.max())))
        if not len(used):
            continue
        run = np.ascontiguousarray(run[used])
        raked = loops.rake(np.ascontiguousarray(shares[:, at]), run, half, factors, SWEEPS, EXCESS)
        for slot in np.flatnonzero(raked).tolist():
            n = int(counts[used[slot]])
            held = np.bincount(run[slot], minlength=n)
            found.append(
                np.stack(
                    [
                        np.full(n, part[at[0]]),
                        np.full(n, used[slot]),
                        ends[used[slot], :n],
                        held // min_cell_rows * min_cell_rows,
                        factors[slot, :n],
                    ]
                )
            )
    if not found:
        return Factors.none()
    at, feature, upto, n_rows, factor = np.concatenate(found, axis=1)
    rounded = np.array([float(f"{one:.{SIGNIFICANT}g}") for one in factor])
    at, feature, upto, n_rows = np.stack([at, feature, upto, n_rows]).astype(np.int64)
    return Factors(at, feature, upto, rounded, n_rows)


def laid_out(
    levels: Sequence[Factors], parts: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spans [parts of all levels, 2], fields and factors [by code] of `forest.Forest`.

    parts: how many each level has.
    """
    before = np.cumsum([0, *parts])
    at = [one.part + begin for one, begin in zip(levels, before[:-1], strict=True)]
    part = np.concatenate([np.zeros(0, np.int64), *at])
    names = ("feature", "upto", "factor")
    feature, upto, factor = (
        np.concatenate([np.zeros(0, np.int64), *(getattr(one, name) for one in levels)])
        for name in names
    )
    firsts = np.flatnonzero(np.diff(part, prepend=-1) | np.diff(feature, prepend=-1))
    stops = np.append(firsts, len(part))[1:]
    table = np.ones((len(firsts), int(upto.max(initial=0)) + 1))
    for row, first, stop in zip(table, firsts, stops, strict=True):
        last = upto[first:stop].astype(np.int64)
        run = np.searchsorted(last, np.arange(len(row)))
        row[:] = factor[first:stop][np.minimum(run, len(last) - 1)]  # the last run has no end
    owners = part[firsts]
    every = np.arange(before[-1])
    ends = np.searchsorted(owners, every, side="left"), np.searchsorted(owners, every, side="right")
    return np.stack(ends, axis=1).astype(np.int64), feature[firsts].astype(np.int64), table
