"""What a figure shows, in one sentence: its title."""

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
