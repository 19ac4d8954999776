"""Scores as tables of markdown: a row per metric, a column per generator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from judge.scores import Count, Scores, Value

NOT_MEASURED = "–"
REAL = "real rows"


@dataclass(frozen=True)
class Metric:
    """A row of the table: `best` says where a good generator lies."""

    key: str
    label: str
    best: str
    digits: int = 3


METRICS = (
    Metric("rows", "rows made", "", 0),
    Metric("quality", "SDMetrics quality score", "1", 4),
    Metric("shapes", "column shapes (SDMetrics)", "1", 4),
    Metric("pairs", "pair trends (SDMetrics)", "1", 4),
    Metric("c2st", "C2ST AUC", "0.5"),
    Metric("tstr", "TSTR AUC", "train on real"),
    Metric("tstr_ratio", "TSTR AUC / train on real", "1"),
    Metric("dcr_share", "DCR share", "0.5"),
    Metric("identical_match_share", "exact copies of train rows", "as real"),
    Metric("off_mean", "means off", "as real"),
    Metric("off_std", "standard deviations off", "as real"),
    Metric("off_skewness", "skewnesses off", "as real"),
    Metric("off_kurtosis", "kurtoses off", "as real"),
    Metric("off_kl", "KL divergences off", "as real"),
    Metric("off_categories", "shares of categories off", "as real"),
    Metric("missing_categories", "categories lost", "0"),
    Metric("off_missing", "shares of missing values off", "as real"),
    Metric("format_errors", "format errors", "0", 0),
    Metric("broken_source_true", "rows breaking a rule that all train rows keep", "0"),
    Metric("broken_all", "rows breaking any rule", "0"),
    Metric("fit_seconds", "fit, seconds", "", 1),
    Metric("draw_seconds", "draw, seconds", "", 1),
    Metric("peak_mb", "peak memory, MB", "", 0),
)

Splits = Sequence[Mapping[str, Scores]]


def span(values: Sequence[float], digits: int) -> str:
    """The median, and the smallest and largest in brackets where they differ as printed."""
    middle, low, high = (f"{v:,.{digits}f}" for v in (median(values), min(values), max(values)))
    return middle if low == high else f"{middle} ({low} to {high})"


def cell(values: Sequence[Value], digits: int) -> str:
    """One value per split as a cell; splits without one are left out."""
    known = [value for value in values if value is not None]
    if not known:
        return NOT_MEASURED
    if isinstance(known[0], Count):
        counts = span([count.k for count in known], 0)
        return f"{counts} of {max(count.of for count in known):,}"
    return span(known, digits)


def table(splits: Splits) -> str:
    """The table of a part: its columns are the generators in the order of the first split."""
    names = list(splits[0])
    lines = ["| | best | " + " | ".join(names) + " |", "|" + "---|" * (len(names) + 2)]
    for metric in METRICS:
        cells = [
            cell([s[name].values.get(metric.key) for s in splits if name in s], metric.digits)
            for name in names
        ]
        if any(text != NOT_MEASURED for text in cells):
            lines.append(f"| {metric.label} | {metric.best} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def named(splits: Splits, generator: str) -> str:
    """What the counts of a generator counted, a row per metric and split."""
    lines = ["| | split | which |", "|---|---|---|"]
    for metric in METRICS:
        for number, split in enumerate(splits, start=1):
            names = split[generator].named.get(metric.key) if generator in split else None
            if names:
                lines.append(f"| {metric.label} | {number} | {', '.join(names)} |")
    return "\n".join(lines) if len(lines) > 2 else "Nothing."
