"""Solving published moments for an outlier, by somebody who knows only what is published.

Mean, standard deviation, skewness (G1) and kurtosis (G2, excess) of n values, of which k lie far
out at nearly one place over a mildly skewed bulk: the bulk's share of the third and the fourth
moment is small, so that its shape hardly matters and both moments give the place. n may be known,
rounded or unknown; what doesn't fit any bulk is no solution.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

OUTLIERS = (1, 2, 3)
BULK_SKEWNESS = np.array([-1.5, -0.5, 0.5, 1.5, 2.5, 4.0, 6.0])


class Shape(NamedTuple):
    """What a bulk may be like.

    Its skewness g lies within `reach` of `skewness`, its kurtosis (not the excess) between
    a + b g^2 with the (a, b) of `low` and that with those of `high`.
    """

    skewness: float
    reach: float
    low: tuple[float, float]
    high: tuple[float, float]


# Most columns are of the first kind; the second leaves less certain what lies outside.
BULKS = {
    "mild": Shape(1.0, 1.6, (1.2, 1.0), (4.5, 2.0)),
    "any": Shape(2.0, 4.0, (1.0, 1.0), (6.0, 2.5)),
}
# Fewer than these and no outlier dominates the moments.
LEAST_SKEWNESS, LEAST_KURTOSIS = 1.0, 2.0
MOST_SIZES = 400  # sizes tried one by one; of a longer interval, so many spread over it
LEAST_SPREAD = 1e-12  # share of the variance that a bulk has at least
STEPS, POLISHING = 7, 4  # of bisection, and of the secant method after it


@dataclass(frozen=True)
class Statements:
    """Published moments, one array entry for each statement.

    Beside the numbers stand half the unit of the last printed digit (`errors` by name) and the
    sizes that the group may have (`n_low` to `n_high`, inclusive).
    """

    mean: np.ndarray
    std: np.ndarray
    skewness: np.ndarray
    kurtosis: np.ndarray
    n_low: np.ndarray
    n_high: np.ndarray
    errors: dict[str, np.ndarray]

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        *,
        decimals: int | None = None,
        digits: int = 9,
    ) -> "Statements":
        """From the columns mean, std, skewness, kurtosis (NaN: not published), n_low and n_high.

        Printed with so many `decimals`, or with so many significant `digits`.
        """
        names = ("mean", "std", "skewness", "kurtosis")
        values = {name: frame[name].to_numpy(float, na_value=np.nan) for name in names}
        errors = {}
        for name, value in values.items():
            if decimals is not None:
                errors[name] = np.full(len(value), 0.5 * 10.0**-decimals)
            else:
                size = np.floor(np.log10(np.maximum(np.abs(np.nan_to_num(value)), 1e-300)))
                errors[name] = 0.5 * 10.0 ** (size + 1 - digits)
        bounds = [frame[name].to_numpy(np.int64) for name in ("n_low", "n_high")]
        return cls(*values.values(), *bounds, errors)

    def sizes(self, chosen: np.ndarray, most: int = MOST_SIZES) -> tuple[np.ndarray, np.ndarray]:
        """(statement, n) of each size that the `chosen` statements' groups may have.

        All of them, or `most` spread evenly where there are more.
        """
        low = np.maximum(self.n_low[chosen], 4)
        spans = self.n_high[chosen] - low + 1
        counts = np.clip(spans, 0, most)
        statement = np.repeat(chosen, counts)
        place = np.arange(len(statement)) - np.repeat(np.cumsum(counts) - counts, counts)
        stride = np.repeat(np.maximum(spans - 1, 0) / np.maximum(counts - 1, 1), counts)
        return statement, np.repeat(low, counts) + np.rint(place * stride).astype(np.int64)


def population(
    skewness: np.ndarray, kurtosis: np.ndarray, n: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """m3 / m2^1.5 and m4 / m2^2 of n values from their bias-corrected G1 and G2."""
    g1 = skewness * (n - 2) / np.sqrt(n * (n - 1.0))
    excess = (kurtosis * (n - 2) * (n - 3) / (n - 1) - 6) / (n + 1)
    return g1, excess + 3


def outliers(statements: Statements) -> pd.DataFrame:
    """Where outliers may lie: one row per statement, size, number of outliers and BULKS that fit.

    Columns: statement (position), n, outliers (1 to 3), bulk, low and high (band of the value for
    bulks of all such shapes).
    """
    s = statements
    strong = (np.abs(s.skewness) >= LEAST_SKEWNESS) & (s.kurtosis >= LEAST_KURTOSIS) & (s.std > 0)
    chosen = np.flatnonzero(strong)
    at, n = s.sizes(chosen)
    parts = [_placed(s, at, n, k) for k in OUTLIERS]
    return pd.concat(parts, ignore_index=True)


def _placed(s: Statements, at: np.ndarray, n: np.ndarray, k: int) -> pd.DataFrame:
    # At most sqrt((1 - p) / p) standard deviations away, and then nothing else is skewed.
    share = k / n
    g1, kurtosis = population(np.abs(s.skewness[at]), s.kurtosis[at], n)
    bound = (1 - 2 * share) / np.sqrt(share * (1 - share))
    near = (share < 0.2) & (g1 <= bound + s.errors["skewness"][at]) & (4 * g1**2 >= 1 / share / 9)
    at, n, share, g1, kurtosis = (part[near] for part in (at, n, share, g1, kurtosis))
    p, target = share[:, None], g1[:, None]

    def excess(spread: np.ndarray) -> np.ndarray:
        z, w, shift = _bulk(spread, p)
        bulk = w**3 * BULK_SKEWNESS - 3 * shift * w**2 - shift**3
        return p * z**3 + (1 - p) * bulk - target

    low = np.full((len(n), len(BULK_SKEWNESS)), LEAST_SPREAD)
    high = np.full_like(low, 1 - 1e-6)
    at_low, at_high = excess(low), excess(high)
    solved = at_low * at_high < 0
    extreme = ~solved & (np.abs(at_low) <= 2 * s.errors["skewness"][at][:, None])
    for _ in range(STEPS):
        middle = np.sqrt(low * high)
        value = excess(middle)
        below = value * at_low > 0
        low, at_low = np.where(below, middle, low), np.where(below, value, at_low)
        high, at_high = np.where(below, high, middle), np.where(below, at_high, value)
    spread = _secant(excess, low, high, at_low, at_high)
    spread = np.where(solved, spread, LEAST_SPREAD)
    z, w, shift = _bulk(spread, p)
    left = (kurtosis[:, None] - p * z**4) / (1 - p)
    left += 4 * shift * w**3 * BULK_SKEWNESS - 6 * shift**2 * w**2 - shift**4
    slack = s.errors["kurtosis"][at][:, None] + 4 / 3 * z * s.errors["skewness"][at][:, None]
    side = np.sign(s.skewness[at])
    scale = (side * s.std[at] * np.sqrt((n - 1) / n))[:, None]
    place = s.mean[at][:, None] + z * scale
    found = []
    for bulk, shape in BULKS.items():
        fits = _fitting(shape, left, slack, w**4, solved | extreme)
        low, high = np.where(fits, place, np.inf), np.where(fits, place, -np.inf)
        columns = {"statement": at, "n": n, "outliers": k, "bulk": bulk}
        columns |= {"low": low.min(axis=1), "high": high.max(axis=1)}
        found.append(pd.DataFrame(columns)[fits.any(axis=1)])
    return pd.concat(found, ignore_index=True)


def _secant(
    function: Callable[[np.ndarray], np.ndarray],
    low: np.ndarray,
    high: np.ndarray,
    at_low: np.ndarray,
    at_high: np.ndarray,
) -> np.ndarray:
    """Roots between `low` and `high`, where the function is nearly straight, to the last digits."""
    before, now, at_before, at_now = low, high, at_low, at_high
    for _ in range(POLISHING):
        slope = np.where(at_now == at_before, 1.0, at_now - at_before)
        after = np.clip(now - at_now * (now - before) / slope, low, high)
        before, at_before = now, at_now
        now, at_now = after, function(after)
    return now


def _fitting(
    shape: Shape, left: np.ndarray, slack: np.ndarray, weight: np.ndarray, usable: np.ndarray
) -> np.ndarray:
    """Which skewnesses leave the bulk a kurtosis that it may have."""
    within = np.abs(BULK_SKEWNESS - shape.skewness) <= shape.reach
    square = BULK_SKEWNESS**2
    above = (left - slack > weight * (shape.high[0] + shape.high[1] * square)).astype(int)
    state = above - (left + slack < weight * (shape.low[0] + shape.low[1] * square))
    # Between two shapes of which one has too much kurtosis and one too little lies one that fits.
    usable = usable & within
    crossed = (state[:, 1:] != state[:, :-1]) & usable[:, 1:] & usable[:, :-1]
    fits = (state == 0) | np.pad(crossed, ((0, 0), (1, 0))) | np.pad(crossed, ((0, 0), (0, 1)))
    return fits & usable


def _bulk(spread: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distance of the outliers, spread and shift of the bulk, in standard deviations of all.

    `spread`: the bulk's share (0 to 1) of the variance of all.
    """
    z = np.sqrt((1 - p) / p * (1 - spread))
    return z, np.sqrt(spread / (1 - p)), p * z / (1 - p)
