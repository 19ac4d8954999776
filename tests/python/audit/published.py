"""Numbers as a build publishes them, and as it would without any care."""

import numpy as np
import pandas as pd
from scipy import stats

from likeness.audit.attacks import Statements, outliers
from likeness.audit.lattices import counts
from likeness.audit.solved import counts_found, outlier_found
from likeness.stats.moments import summary

MIN_CELL_ROWS = 20


def raw(values: np.ndarray) -> dict[str, float]:
    """Moments of the values as they are, as pandas and a spreadsheet give them."""
    return {
        "mean": float(np.mean(values)),
        "std": float(np.std(values, ddof=1)),
        "skewness": float(stats.skew(values, bias=False)),
        "kurtosis": float(stats.kurtosis(values, bias=False)),
    }


def coded(values: np.ndarray) -> dict[str, float] | None:
    """Moments as the profiles publish them; None where they publish nothing but a reason."""
    distinct, held = np.unique(values, return_counts=True)
    moments = summary(distinct, held, 0, MIN_CELL_ROWS)
    return None if moments["mean"] is None else moments


def statement(moments: dict, n_low: int, n_high: int, decimals: int | None = None) -> Statements:
    """One published statement with so many decimals, or with nine significant digits."""
    names = ("mean", "std", "skewness", "kurtosis")
    known = {name: np.nan if moments[name] is None else moments[name] for name in names}
    shown = {
        name: round(value, decimals) if decimals is not None else float(f"{value:.9g}")
        for name, value in known.items()
    }
    frame = pd.DataFrame([shown | {"n_low": n_low, "n_high": n_high}])
    return Statements.of(frame, decimals=decimals)


def rows_given_away(
    moments: dict, values: np.ndarray, n_low: int, n_high: int, decimals=None
) -> int:
    """Rows that hold the outlier which the published moments give away, or 0."""
    claims = outliers(statement(moments, n_low, n_high, decimals))
    distinct, held = np.unique(values, return_counts=True)
    return (
        outlier_found(claims, moments["mean"], distinct, held, MIN_CELL_ROWS) if len(claims) else 0
    )


def counts_given_away(
    moments: dict, values: np.ndarray, n_low: int, n_high: int, decimals=None, unit: float = 1.0
) -> list[tuple[str, int]]:
    """The counts below the minimum that the published moments give away."""
    origin = float(values.min())
    solved = counts(
        statement(moments, n_low, n_high, decimals), np.array([origin]), np.array([unit])
    )
    distinct, held = np.unique(values, return_counts=True)
    return counts_found(solved, distinct, held, origin, unit, MIN_CELL_ROWS) if len(solved) else []
