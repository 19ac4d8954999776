"""Drawing the figures of the report: tables in, one row per figure with its SVG out."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import matplotlib.figure
import pandas as pd

from likeness.metrics.privacy import SHARES
from likeness.report import curves, figures, findings, grids
from likeness.report.canvas import svg
from likeness.report.page import PARTS
from likeness.warehouse import workers

RATES, MODELS, MAPS, GRIDS, DISTANCES, BOXES, NUMBERS, CATEGORIES = PARTS
COLUMNS = ("part", "file", "title", "svg")
LAST = ("(other)", "(missing)")
Figure = tuple[str, str, str, str]
Orders = Mapping[str, Sequence[str]]


def file_name(*parts: str) -> str:
    """A file name of letters, digits and underscores made of `parts`."""
    return "_".join(re.sub(r"\W+", "_", part) for part in parts) + ".svg"


def ordered(rows: pd.DataFrame, column: str, order: Sequence[str]) -> pd.DataFrame:
    """Rows by the first level that `column` names, in the `order` of its domain, then others."""
    place = {level: i for i, level in enumerate(order)}

    def key(level: object) -> tuple[int, int]:
        first = str(level).split(", ")[0]
        return (1 if level in LAST else 0, place.get(str(level), place.get(first, len(place))))

    keys = rows[column].map(key)
    return rows.iloc[sorted(range(len(rows)), key=lambda i: keys.iloc[i])].reset_index(drop=True)


def _figure(part: str, name: str, title: str, figure: matplotlib.figure.Figure) -> Figure:
    return part, name, title, svg(figure).decode()


def _of_shares(
    shares: pd.DataFrame, part: str, kind: str, draw: Callable, orders: Orders
) -> Iterator[Figure]:
    prefix = "histogram" if kind == "number" else "bars"
    for variable, rows in shares[shares["kind"] == kind].groupby("variable", sort=False):
        rows = rows.sort_values("position").reset_index(drop=True)
        if kind == "category":
            rows = ordered(rows, "category", orders.get(str(variable), ()))
        title = findings.shares(variable, rows)
        yield _figure(part, file_name(prefix, variable), title, draw(variable, rows))


def _boxes(
    moments: pd.DataFrame, boxed: Sequence[str], by: str | None, orders: Orders
) -> Iterator[Figure]:
    for variable in boxed if by else ():
        rows = moments[(moments["variable"] == variable) & (moments["condition"] == by)]
        if len(rows):
            rows = ordered(rows, "level", orders.get(str(by), ()))
            title = findings.medians(variable, by, rows)
            name = file_name("boxes", variable, "by", by)
            yield _figure(BOXES, name, title, figures.boxes(variable, by, rows))


def _maps(pairs: pd.DataFrame, variables: Sequence[str]) -> Iterator[Figure]:
    named = set(pairs["variable_1"]) | set(pairs["variable_2"])
    known = [name for name in variables if name in named]
    for column in ("train", "synthetic", "difference") if known else ():
        drawn = figures.heat_map(column, pairs, known)
        title = findings.associations(column, pairs)
        yield _figure(MAPS, file_name("correlations", column), title, drawn)


def _grids(pairs: pd.DataFrame) -> Iterator[Figure]:
    excess = pairs["joint_distance"] - pairs["joint_distance_holdout"].fillna(0)
    worst = (
        pairs.assign(excess=excess)
        .dropna(subset=["grid"])
        .sort_values(["excess", "variable_1", "variable_2"], ascending=[False, True, True])
    )
    for row in worst.to_dict("records"):
        name = file_name("grid", row["variable_1"], row["variable_2"])
        yield _figure(GRIDS, name, grids.finding(row), grids.grid(row))


def _rates(rates: pd.DataFrame, orders: Orders) -> Iterator[Figure]:
    of_target = rates[rates["is_in_rates_by"].eq(True)]
    for names, rows in of_target.groupby(["variable_1", "variable_2"], sort=False, dropna=False):
        known = [str(name) for name in names if pd.notna(name)]
        rows = rows.sort_values("position")
        title = findings.rates(rows)
        if len(known) == 1:
            rows = ordered(rows, "level_1", orders.get(known[0], ()))
            yield _figure(RATES, file_name("rates_by", known[0]), title, curves.rates(rows))
        else:
            name = file_name("rates_by", *known)
            yield _figure(RATES, name, title, curves.crossed(rows))


def _models(utility: pd.DataFrame) -> Iterator[Figure]:
    for row in utility[utility["target"].notna()].to_dict("records"):
        for curve in ("roc", "calibration"):
            title = findings.models(curve, row)
            yield _figure(MODELS, file_name(curve), title, curves.model_curve(curve, row))


def _distances(privacy: pd.DataFrame) -> Iterator[Figure]:
    names = {
        "dcr_p05": "distance to the closest train row (DCR)",
        "nndr": "nearest-neighbour distance ratio (NNDR)",
    }
    for row in privacy.to_dict("records"):
        if row["metric"] in names:
            name = names[row["metric"]]
            drawn = curves.distances(name, row, SHARES)
            yield _figure(DISTANCES, file_name(row["metric"]), findings.distances(name, row), drawn)


def draw_shares(shares: pd.DataFrame, variables: Sequence[str], orders: Orders) -> pd.DataFrame:
    """Histograms and bars of all variables in their order, a row each: part, file, title, svg."""
    order = {name: place for place, name in enumerate(variables)}
    shares = shares.sort_values("variable", key=lambda names: names.map(order), kind="stable")
    drawn = [
        *_of_shares(shares, NUMBERS, "number", figures.histogram, orders),
        *_of_shares(shares, CATEGORIES, "category", figures.bars, orders),
    ]
    return pd.DataFrame(drawn, columns=list(COLUMNS))


def draw_others(
    tables: Mapping[str, pd.DataFrame],
    variables: Sequence[str],
    boxed: Sequence[str],
    by: str | None,
    orders: Orders,
) -> pd.DataFrame:
    """Rates, models, correlation maps, distances, and boxes of `boxed` by the levels of `by`.

    `tables`: moments (by condition), associations, pairs (of `comparison_pair_trends`), rates,
    utility, privacy. `variables`: their order. Rows as above.
    """
    drawn = [
        *_rates(tables["rates"], orders),
        *_models(tables["utility"]),
        *_maps(tables["associations"], variables),
        *_grids(tables["pairs"]),
        *_distances(tables["privacy"]),
        *_boxes(tables["moments"], boxed, by, orders),
    ]
    return pd.DataFrame(drawn, columns=list(COLUMNS))


def drawn(
    tables: Mapping[str, pd.DataFrame],
    variables: Sequence[str],
    *,
    boxed: Sequence[str],
    by: str | None,
    orders: Orders,
) -> pd.DataFrame:
    """All figures in the order of the page's parts, drawn in two processes; rows as above.

    `tables`: shares and those of `draw_others`; `orders`: the levels of a category in the order of
    its domain; other arguments as of `draw_others`.
    """
    names = ("moments", "associations", "pairs", "rates", "utility", "privacy")
    others = {name: tables[name] for name in names}
    calls = (
        (f"{__name__}.draw_shares", tables["shares"], variables, orders),
        (f"{__name__}.draw_others", others, variables, boxed, by, orders),
    )
    whole = pd.concat(workers.together(calls), ignore_index=True)
    place = {part: i for i, part in enumerate(PARTS)}
    return whole.sort_values("part", key=lambda parts: parts.map(place), kind="stable")
