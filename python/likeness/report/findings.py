"""What a figure shows, in one sentence: its title."""

from collections.abc import Mapping

import numpy as np
import pandas as pd


def short(value: float | None, digits: int = 3) -> str:
    """A number to `digits` significant digits, mostly without an exponent; empty if missing."""
    if value is None or pd.isna(value):
        return ""
    size = abs(value)
    if float(value).is_integer() and size < 1e12:
        return f"{int(value):,}"
    if size >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    return f"{value:.{digits}g}" if size >= 0.0001 else f"{value:.1e}"


def why_nothing(frame: pd.DataFrame) -> str:
    """The first reason that a frame gives for its missing numbers."""
    reasons = frame["reason"].dropna() if "reason" in frame else []
    return str(reasons.iloc[0]) if len(reasons) else "there are no numbers to compare"


def shares(variable: str, frame: pd.DataFrame) -> str:
    """The finding of shares: the category where synthetic and train differ most, in points.

    `frame`: columns category, train, holdout, synthetic (shares from 0 to 1, may be missing).
    """
    compared = frame.dropna(subset=["train", "synthetic"])
    if compared.empty:
        return f"{variable}: not compared"
    apart = (compared["synthetic"] - compared["train"]).abs() * 100
    chance = ((compared["holdout"] - compared["train"]).abs() * 100).max()
    beside = "" if pd.isna(chance) else f" (real holdout: {chance:.1f})"
    if apart.max() < 0.05:
        return f"{variable}: no difference of 0.1 points{beside}"
    where = compared.loc[apart.idxmax(), "category"]
    return f"{variable}: largest difference {apart.max():.1f} points, at {where}{beside}"


def medians(variable: str, condition: str, frame: pd.DataFrame) -> str:
    """The finding of boxes: where the medians differ most, in the variable's unit.

    `frame`: one row per level and source with p50.
    """
    wide = frame.pivot_table(index="level", columns="source", values="p50")
    if not {"train", "synthetic"} <= set(wide.columns):
        return f"{variable} by {condition}: not compared"
    apart = (wide["synthetic"] - wide["train"]).dropna()
    if apart.empty:
        return f"{variable} by {condition}: not compared"
    where = apart.abs().idxmax()
    if apart[where] == 0:
        return f"{variable} by {condition}: the medians are equal"
    side = "above" if apart[where] > 0 else "below"
    return (
        f"{variable} by {condition}: largest difference of a median {short(abs(apart[where]))} "
        f"({side} {short(wide.loc[where, 'train'])}), at {where}"
    )


def associations(column: str, frame: pd.DataFrame) -> str:
    """The finding of a map of associations: the strongest pair, or the largest difference."""
    known = frame.dropna(subset=[column])
    if known.empty:
        return "no association could be computed"
    worst = known.loc[known[column].abs().idxmax()]
    pair = f"{worst['variable_1']} and {worst['variable_2']}"
    if column == "difference":
        mean = known[column].abs().mean()
        return f"Difference: largest {worst[column]:+.2f}, {pair}; mean {mean:.3f}"
    return f"{column.capitalize()}: strongest {worst[column]:+.2f}, {pair}"


def rates(frame: pd.DataFrame) -> str:
    """The finding of rates by condition: the level whose difference is most beyond chance.

    `frame`: rows of `comparison_rates` of one measure and entry.
    """
    names = [str(frame[f"variable_{i}"].iloc[0]) for i in (1, 2) if _has(frame, f"variable_{i}")]
    subject = f"{frame['measure'].iloc[0]} by {' and '.join(names)}" if len(frame) else "rates"
    known = frame.dropna(subset=["difference"])
    if known.empty:
        return f"{subject}: not compared"
    beyond = known["z"].abs().fillna(0)
    apart = known["difference"].abs()
    where = known.loc[apart.idxmax() if not beyond.any() else beyond.idxmax()]
    level = " and ".join(str(where[f"level_{i}"]) for i, _ in enumerate(names, 1))
    level = level if len(level) <= 40 else level[:39] + "…"
    found = f"{100 * where['difference']:+.1f} points at {level}"
    if pd.notna(where["difference_holdout"]):
        found += f" (real holdout: {100 * where['difference_holdout']:+.1f})"
    if not beyond.any():
        return f"{subject}: no level beyond its tolerance; largest difference {found}"
    return f"{subject}: furthest off {found}"


def _has(frame: pd.DataFrame, column: str) -> bool:
    return len(frame) > 0 and pd.notna(frame[column].iloc[0])


def models(curve: str, utility: Mapping) -> str:
    """The finding of a curve of models: both numbers that sum it up."""
    if curve == "roc":
        name, what = (
            "ROC",
            [f"AUC {short(utility.get(f'auc_{s}'))}" for s in ("synthetic", "train")],
        )
    else:
        name = "Calibration"
        what = [
            f"error {short(utility.get(f'calibration_error_{s}'))}" for s in ("synthetic", "train")
        ]
    return f"{name} on real holdout rows: {what[0]} trained on synthetic, {what[1]} on real rows"


def distances(name: str, row: Mapping) -> str:
    """The finding of a curve of distances: closer than the holdout's, or not."""
    sides = row.get("quantiles"), row.get("quantiles_reference")
    if any(side is None or np.ndim(side) == 0 or not len(side) for side in sides):
        return f"{name}: not compared"
    made, real = (side[len(side) // 2] for side in sides)
    word = "closer to train rows than" if made < 0.98 * real else "no closer to train rows than"
    return (
        f"{name}: synthetic rows lie {word} real holdout rows (median {short(made)}, {short(real)})"
    )
