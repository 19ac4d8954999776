"""Drawing the figures of the report: tables in, one row per figure with its SVG out."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import matplotlib.figure
import pandas as pd

from likeness.report import figures, findings
from likeness.report.canvas import svg
from likeness.report.page import PARTS
from likeness.warehouse import workers

BOXES, NUMBERS, CATEGORIES, MAPS = PARTS
COLUMNS = ("part", "file", "title", "svg")
Figure = tuple[str, str, str, str]


def file_name(*parts: str) -> str:
    """A file name of letters, digits and underscores made of `parts`."""
    return "_".join(re.sub(r"\W+", "_", part) for part in parts) + ".svg"


def _figure(part: str, name: str, title: str, figure: matplotlib.figure.Figure) -> Figure:
    return part, name, title, svg(figure).decode()


def _of_shares(shares: pd.DataFrame, part: str, kind: str, draw: Callable) -> Iterator[Figure]:
    prefix = "histogram" if kind == "number" else "bars"
    for variable, rows in shares[shares["kind"] == kind].groupby("variable", sort=False):
        rows = rows.sort_values("position").reset_index(drop=True)
        title = findings.shares(variable, rows)
        yield _figure(part, file_name(prefix, variable), title, draw(variable, rows))


def _boxes(moments: pd.DataFrame, boxed: Sequence[str], by: str | None) -> Iterator[Figure]:
    for variable in boxed if by else ():
        rows = moments[(moments["variable"] == variable) & (moments["condition"] == by)]
        if len(rows):
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


def draw_shares(shares: pd.DataFrame, variables: Sequence[str]) -> pd.DataFrame:
    """Histograms and bars of all variables in their order, a row each: part, file, title, svg."""
    order = {name: place for place, name in enumerate(variables)}
    shares = shares.sort_values("variable", key=lambda names: names.map(order), kind="stable")
    drawn = [
        *_of_shares(shares, NUMBERS, "number", figures.histogram),
        *_of_shares(shares, CATEGORIES, "category", figures.bars),
    ]
    return pd.DataFrame(drawn, columns=list(COLUMNS))


def draw_others(
    tables: Mapping[str, pd.DataFrame],
    variables: Sequence[str],
    boxed: Sequence[str],
    by: str | None,
) -> pd.DataFrame:
    """Boxes of the variables `boxed` by the levels of `by`, if it is given, and correlation maps.

    `tables`: moments (by condition), associations. `variables`: their order. Rows as above.
    """
    drawn = [*_boxes(tables["moments"], boxed, by), *_maps(tables["associations"], variables)]
    return pd.DataFrame(drawn, columns=list(COLUMNS))


def drawn(
    tables: Mapping[str, pd.DataFrame],
    variables: Sequence[str],
    *,
    boxed: Sequence[str],
    by: str | None,
) -> pd.DataFrame:
    """All figures in the order of the page's parts, drawn in two processes; rows as above.

    `tables`: shares, moments (by condition), associations; other arguments as of `draw_others`.
    """
    others = {name: tables[name] for name in ("moments", "associations")}
    calls = (
        (f"{__name__}.draw_shares", tables["shares"], variables),
        (f"{__name__}.draw_others", others, variables, boxed, by),
    )
    whole = pd.concat(workers.together(calls), ignore_index=True)
    place = {part: i for i, part in enumerate(PARTS)}
    return whole.sort_values("part", key=lambda parts: parts.map(place), kind="stable")
