"""Solving published moments for counts, where values lie on a lattice: by who knows nothing else.

A column of few equally spaced values (0 or 1, small whole numbers, multiples) has as many unknown
counts as it has values, and its power sums are whole numbers: mean, standard deviation, skewness
and kurtosis give up to four of them. Two values alone need no lattice to be known.
"""

import itertools

import numpy as np
import pandas as pd

from likeness.audit.attacks import Statements, population

STEPS = (1, 2, 3, 4)
MOST_OPTIONS = {1: 2, 2: 2, 3: 1, 4: 0}  # whole numbers tried on either side of a power sum
COUNTS = [f"count_{step}" for step in range(len(STEPS) + 1)]
COLUMNS = ["statement", "n", "steps", *COUNTS]


def counts(statements: Statements, origin: np.ndarray, unit: np.ndarray) -> pd.DataFrame:
    """The counts that the statements allow: one row per statement, size and solution.

    `origin`, `unit`: lowest value and distance of neighbours of each statement's column, which are
    no secret. Columns: statement (position), n, steps (values beside the lowest, or 0 where two
    values were found without their lattice), count_0 to count_4 (rows with the lowest value, the
    next, ...; -1 beyond `steps`). A statement is solved with the fewest steps that fit it.
    """
    left = np.flatnonzero(np.isfinite(statements.mean) & (statements.std > 0) & (unit > 0))
    unit = np.where(unit > 0, unit, 1.0)
    found = []
    for steps in STEPS:
        part = _on_lattice(statements, left, origin, unit, steps)
        found.append(part)
        left = np.setdiff1d(left, part["statement"])
    found.append(_two_values(statements, left))
    return pd.concat(found, ignore_index=True)


def _on_lattice(
    s: Statements, chosen: np.ndarray, origin: np.ndarray, unit: np.ndarray, steps: int
) -> pd.DataFrame:
    mean, spread = (s.mean - origin) / unit, s.std / unit
    # y^2 <= steps * y on the lattice, and y^2 >= y.
    square = spread**2 + mean**2
    loose = 0.2 * np.maximum(mean, 0) + 2 * (s.errors["std"] + s.errors["mean"]) / unit * (1 + mean)
    fits = (square >= mean - loose) & (square <= steps * mean + loose + spread**2 / 4)
    known = np.isfinite(np.stack([s.mean, s.std, s.skewness, s.kurtosis])).sum(axis=0)
    chosen = chosen[(fits & (known >= steps) & (mean > 0) & (mean < steps))[chosen]]
    at, n = s.sizes(chosen)
    sums, errors = _power_sums(s, at, n, mean[at], spread[at], unit[at])
    sums, errors = sums[:steps], errors[:steps]
    most = MOST_OPTIONS[steps]
    clear = (errors < most + 0.5).all(axis=0)
    clear &= (np.abs(sums - np.rint(sums)) <= errors + 1e-6).all(axis=0) | (errors > 0.5).any(
        axis=0
    )
    at, n, sums = at[clear], n[clear], np.rint(sums[:, clear]).astype(np.int64)
    shifts = np.array(list(itertools.product(range(-most, most + 1), repeat=steps))).T
    options = sums[:, :, None] + shifts[:, None, :]
    powers = np.array([[j**k for j in range(1, steps + 1)] for k in range(1, steps + 1)], float)
    solved = np.tensordot(np.linalg.inv(powers), options, axes=1)
    whole = np.rint(solved).astype(np.int64)
    lowest = n[:, None] - whole.sum(axis=0)
    sound = (np.abs(solved - whole) < 1e-6).all(axis=0) & (whole >= 0).all(axis=0) & (lowest >= 0)
    row, option = np.nonzero(sound & (whole[-1] > 0))
    table = np.vstack([lowest[row, option], whole[:, row, option]]).T
    at, n = at[row], n[row]
    same = _prints_the_same(s, at, n, table, origin[at], unit[at])
    return _solutions(at[same], n[same], steps, table[same])


def _power_sums(
    s: Statements,
    at: np.ndarray,
    n: np.ndarray,
    mean: np.ndarray,
    spread: np.ndarray,
    unit: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Sums of y, y^2, y^3, y^4 (4, candidates), and how far printing may have moved them."""
    g1, kurtosis = population(s.skewness[at], s.kurtosis[at], n)
    d_mean, d_std = s.errors["mean"][at] / unit, s.errors["std"][at] / unit
    m2, d_m2 = spread**2 * (n - 1) / n, 2 * spread * d_std
    m3 = g1 * m2**1.5
    d_m3 = s.errors["skewness"][at] * m2**1.5 + 1.5 * np.abs(g1) * np.sqrt(m2) * d_m2
    m4 = kurtosis * m2**2
    d_m4 = s.errors["kurtosis"][at] * m2**2 + 2 * kurtosis * m2 * d_m2
    raw = [mean, m2 + mean**2, m3 + 3 * mean * m2 + mean**3]
    raw.append(m4 + 4 * mean * m3 + 6 * mean**2 * m2 + mean**4)
    moved = [d_mean, d_m2 + 2 * np.abs(mean) * d_mean]
    moved.append(d_m3 + 3 * np.abs(mean) * d_m2 + 3 * (m2 + mean**2) * d_mean)
    moved.append(
        d_m4
        + 4 * np.abs(mean) * d_m3
        + 6 * mean**2 * d_m2
        + 4 * (np.abs(m3) + 3 * np.abs(mean) * m2 + np.abs(mean) ** 3) * d_mean
    )
    return np.stack(raw) * n, np.stack(moved) * n + 1e-7


def _prints_the_same(
    s: Statements,
    at: np.ndarray,
    n: np.ndarray,
    table: np.ndarray,
    origin: np.ndarray,
    unit: np.ndarray,
) -> np.ndarray:
    """Whether rows counted so would have been printed as the statement is."""
    values = np.arange(table.shape[1])
    total = np.maximum(n, 1)
    mean = (table * values).sum(axis=1) / total
    away = values - mean[:, None]
    m2, m3, m4 = ((table * away**power).sum(axis=1) / total for power in (2, 3, 4))
    with np.errstate(divide="ignore", invalid="ignore"):
        printed = {
            "mean": origin + unit * mean,
            "std": unit * np.sqrt(m2 * n / (n - 1)),
            "skewness": m3 / m2**1.5 * np.sqrt(n * (n - 1.0)) / (n - 2),
            "kurtosis": (n - 1) / ((n - 2.0) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6),
        }
    same = np.ones(len(at), dtype=bool)
    for name, value in printed.items():
        printed = getattr(s, name)[at]
        slack = s.errors[name][at] * (1 + 1e-6) + 1e-11 * np.abs(printed)
        same &= np.isnan(printed) | (np.abs(value - printed) <= slack)
    return same


def _two_values(s: Statements, chosen: np.ndarray) -> pd.DataFrame:
    """Counts of two values of any distance: their kurtosis is the squared skewness and one."""
    shape = np.abs(s.kurtosis - (s.skewness**2 - 2))
    slack = s.errors["kurtosis"] + 2 * np.abs(s.skewness) * s.errors["skewness"]
    chosen = chosen[(shape <= slack + 0.5 * (1 + s.skewness**2))[chosen]]
    at, n = s.sizes(chosen)
    g1, _ = population(s.skewness[at], s.kurtosis[at], n)
    upper = n * (1 - g1 / np.sqrt(g1**2 + 4)) / 2
    whole = np.rint(upper)[:, None].astype(np.int64) + np.arange(-1, 2)
    row, option = np.nonzero((whole > 0) & (whole < n[:, None]))
    table = np.stack([n[row] - whole[row, option], whole[row, option]], axis=1)
    at, n = at[row], n[row]
    # Two values far apart have the mean and the spread that are asked for, whatever the shares.
    share = table[:, 1] / n
    unit = s.std[at] / np.sqrt(share * (1 - share) * n / (n - 1))
    same = _prints_the_same(s, at, n, table, s.mean[at] - unit * share, unit)
    return _solutions(at[same], n[same], 0, table[same])


def _solutions(at: np.ndarray, n: np.ndarray, steps: int, table: np.ndarray) -> pd.DataFrame:
    filled = np.full((len(at), len(COUNTS)), -1, dtype=np.int64)
    filled[:, : table.shape[1]] = table
    heads = {"statement": at, "n": n, "steps": steps}
    return pd.DataFrame(heads).join(pd.DataFrame(filled, columns=COUNTS))
