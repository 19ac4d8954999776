"""Compiled loops of `calibration`: runs of codes, and factors that give them their shares.

Imported by `kernels`, as where compiled code is kept is decided there.
"""

# mypy: ignore-errors

import numba as nb
import numpy as np

_compiled = nb.njit(cache=True, nogil=True, error_model="numpy")


@nb.njit(
    "int64[::1](uint16[:,::1], int64[::1], int64[::1], int64[::1], int64, int64, uint16[:,::1],"
    " int64[:,::1])",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def in_runs(codes, rows, upper, sizes, least, enough, run, ends):
    """How many runs of neighbouring codes each field has among `rows`: 0, or two and more.

    codes [all rows, fields], of which `sizes` [fields] each; upper [rows]: 0 or 1. A run holds
    `least` rows in each half and `enough` in all. run [fields, rows], ends [fields, runs]: the run
    of each row and the last code of each run, written in place.
    """
    fields, n = len(sizes), len(rows)
    counts = np.zeros(fields, np.int64)
    largest = 0
    for field in range(fields):
        largest = max(largest, sizes[field])
    seen, run_of = np.empty((largest, 2), np.int64), np.empty(largest, np.uint16)
    for field in range(fields):
        size = sizes[field]
        seen[:] = 0
        for i in range(n):
            seen[codes[rows[i], field], upper[i]] += 1
        found = lower = higher = 0
        for code in range(size):
            lower += seen[code, 0]
            higher += seen[code, 1]
            run_of[code] = found
            if min(lower, higher) >= least and lower + higher >= enough:
                ends[field, found] = code
                found += 1
                lower = higher = 0
        if found < 2:
            continue
        for code in range(ends[field, found - 1] + 1, size):  # what is left over joins the last
            run_of[code] = found - 1
        ends[field, found - 1] = size - 1
        counts[field] = found
        for i in range(n):
            run[field, i] = run_of[codes[rows[i], field]]
    return counts


@_compiled
def _expect(share, shares, odds):
    """Mean over the trees of each row's share at its odds, in place."""
    trees, n = shares.shape
    share[:] = 0.0
    for tree in range(trees):  # row by row within a tree, so that divisions are made side by side
        of_tree = shares[tree]
        for i in range(n):
            up = of_tree[i] * odds[i]
            share[i] += up / (up + (1.0 - of_tree[i]))
    for i in range(n):
        share[i] /= trees


@nb.njit(
    "boolean[::1](float64[:,::1], uint16[:,::1], int64[::1], float64[:,::1], int64, float64)",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def rake(shares, run, upper, factors, sweeps, excess):
    """Find `factors` [fields, runs] in place; which fields have any. See `calibration`.

    shares [trees, rows]; run [fields, rows]: of each row; upper [rows]: 0 or 1.
    """
    fields, width = factors.shape
    n = shares.shape[1]
    odds, share = np.ones(n), np.empty(n)
    expected, spread = np.empty(width), np.empty(width)
    held, seen = np.empty(width, np.int64), np.empty(width, np.int64)
    used = np.zeros(fields, np.bool_)
    _expect(share, shares, odds)
    for sweep in range(sweeps):
        for field in range(fields):
            if sweep > 1 and not used[field]:
                continue
            expected[:] = 0.0
            spread[:] = 0.0
            held[:] = 0
            seen[:] = 0
            for i in range(n):
                k = run[field, i]
                expected[k] += share[i]
                spread[k] += share[i] * (1.0 - share[i])
                held[k] += 1
                seen[k] += upper[i]
            if not used[field]:
                off = 0.0
                runs = -1
                for k in range(width):
                    if held[k] > 0:
                        runs += 1
                        if spread[k] > 0.0:
                            off += (seen[k] - expected[k]) ** 2 / spread[k]
                if off <= excess * runs:
                    continue
                used[field] = True
            for k in range(width):
                if held[k] == 0 or spread[k] <= 0.0:
                    expected[k] = 1.0
                    continue
                down, not_seen = held[k] - expected[k], held[k] - seen[k]
                expected[k] = (seen[k] / not_seen) / (expected[k] / down)
                factors[field, k] *= expected[k]
            for i in range(n):
                odds[i] *= expected[run[field, i]]
            _expect(share, shares, odds)
    return used
