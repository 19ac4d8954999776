"""The table of all columns, each with a small picture of its distribution."""

from collections.abc import Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from likeness.report.findings import short
from likeness.report.listed import Cell, Listed, text

HEADS = (
    ("Column", ""),
    ("Distribution", ""),
    ("Missing", "n"),
    ("Mean or top category", "n"),
    ("KS or TVD", "n"),
    ("PSI", "n"),
    ("KL", "n"),
    ("IV", "n"),
)
WIDTH, HEIGHT, MOST = 120, 28, 40


def table(columns: pd.DataFrame, shares: pd.DataFrame, colours: Mapping[str, str]) -> Listed:
    """One row per column of `comparison_columns`, furthest beyond the holdout first.

    Real rows stand before synthetic ones; a note below a value is that of the holdout.
    """
    heads = [Cell(title, css) for title, css in HEADS]
    by_name = dict(iter(shares.groupby("variable"))) if len(shares) else {}
    rows = [
        _row(row, by_name.get(row["variable"]), colours)
        for row in columns.sort_values("rank").to_dict("records")
    ]
    return Listed(heads, rows)


def _row(row: Mapping, shares: pd.DataFrame | None, colours: Mapping[str, str]) -> list[Cell]:
    if row["kind"] == "number":
        level = _two(row["mean_train"], row["mean_synthetic"], row["mean_holdout"])
    else:
        level = _two(*(_percent(row[f"top_share_{s}"]) for s in ("train", "synthetic", "holdout")))
        level = level._replace(text=f"{text(row['top_category'])} {level.text}".strip())
    gaps = [row[f"missing_{s}"] for s in ("train", "synthetic", "holdout")]
    missing = _two(*map(_percent, gaps)) if any(gap != 0 for gap in gaps) else Cell("none", "n")
    distance = Cell(
        f"{row['measure']} {short(row['distance'])}",
        "n",
        f"holdout {short(row['distance_holdout'])}" if pd.notna(row["distance_holdout"]) else "",
    )
    if pd.isna(row["distance"]):
        distance = Cell("–", "n", text(row["reason"]))
    iv = _two(row["iv_train"], row["iv_synthetic"], row["iv_holdout"])
    return [
        Cell(row["variable"]),
        Cell(sparkline(shares, colours)),
        missing,
        level,
        distance,
        _with_holdout(row["psi"], row["psi_holdout"]),
        _with_holdout(row["kl_divergence"], row["kl_divergence_holdout"]),
        iv,
    ]


def _number(value: object) -> str:
    """A number in short; a year without a comma."""
    return f"{value:.4g}" if isinstance(value, float) and 1000 <= value < 10_000 else short(value)


def _percent(share: float | None) -> str:
    return "" if share is None or pd.isna(share) else f"{100 * share:.1f} %"


def _two(train: object, synthetic: object, holdout: object) -> Cell:
    """`train` → `synthetic`, with the holdout's below; numbers or texts."""
    said = [one if isinstance(one, str) else _number(one) for one in (train, synthetic, holdout)]
    if not said[0] and not said[1]:
        return Cell("", "n")
    return Cell(
        f"{said[0] or '–'} → {said[1] or '–'}", "n", f"holdout {said[2]}" if said[2] else ""
    )


def _with_holdout(value: float | None, holdout: float | None) -> Cell:
    return Cell(short(value), "n", f"holdout {short(holdout)}" if short(holdout) else "")


def sparkline(shares: pd.DataFrame | None, colours: Mapping[str, str]) -> str:
    """Shares of the categories or bins as a small inline SVG: real filled, synthetic as a line."""
    if shares is None:
        return ""
    known = shares.sort_values("position").head(MOST)
    real = known["train"].astype(float).fillna(0).tolist()
    made = known["synthetic"].astype(float).fillna(0).tolist()
    most = max([*real, *made, 0.0])
    if not most:
        return ""
    bars = _steps(real, most, closed=True)
    line = _steps(made, most, closed=False)
    return Markup(
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="shares">'
        f'<path d="{bars}" fill="{colours["train"]}"/>'
        f'<path d="{line}" fill="none" stroke="{colours["synthetic"]}" stroke-width="1.5"/></svg>'
    )


def _steps(values: Sequence[float], most: float, *, closed: bool) -> str:
    """A path of steps: bins of one width, their heights as shares of the largest."""
    width = WIDTH / len(values)
    points = []
    for i, value in enumerate(values):
        height = HEIGHT - 1 - (HEIGHT - 2) * value / most
        points.append(f"V{height:.1f}H{(i + 1) * width:.1f}")
    ends = f"V{HEIGHT}Z" if closed else ""
    return f"M0 {HEIGHT}{''.join(points)}{ends}"
