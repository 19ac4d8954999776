"""Writing the report: the page and its figures as files."""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from pathlib import Path

import pandas as pd

from likeness.files import write_text
from likeness.report import figures, findings
from likeness.report.canvas import svg
from likeness.report.page import page

PACKAGES = ("likeness", "dbt-core", "dbt-duckdb", "duckdb", "numpy", "pandas", "scikit-learn")


def versions() -> dict[str, str]:
    """Versions of what made the report; packages that are not installed are left out."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def file_name(*parts: str) -> str:
    """A file name of letters, digits and underscores made of `parts`."""
    return "_".join(re.sub(r"\W+", "_", part) for part in parts) + ".svg"


def _of_shares(shares: pd.DataFrame, kind: str, draw: Callable) -> dict[str, tuple[str, bytes]]:
    found = {}
    for variable, rows in shares[shares["kind"] == kind].groupby("variable", sort=False):
        rows = rows.sort_values("position").reset_index(drop=True)
        prefix = "histogram" if kind == "number" else "bars"
        picture = svg(draw(variable, rows))
        found[file_name(prefix, variable)] = (findings.shares(variable, rows), picture)
    return found


def draw_all(
    tables: Mapping[str, pd.DataFrame], variables: Sequence[str], boxed: Sequence[str], by: str
) -> dict[str, dict[str, tuple[str, bytes]]]:
    """All figures: per part of the page, file name -> (title, SVG).

    `tables`: shares, moments (by condition), associations. `variables`: their order. `boxed`:
    variables drawn as boxes by the levels of the condition `by`.
    """
    order = {name: place for place, name in enumerate(variables)}
    shares = tables["shares"]
    shares = shares.sort_values("variable", key=lambda names: names.map(order), kind="stable")
    moments = tables["moments"]
    boxes = {}
    for variable in boxed:
        rows = moments[(moments["variable"] == variable) & (moments["condition"] == by)]
        if len(rows):
            title = findings.medians(variable, by, rows)
            picture = svg(figures.boxes(variable, by, rows))
            boxes[file_name("boxes", variable, "by", by)] = (title, picture)
    pairs = tables["associations"]
    named = set(pairs["variable_1"]) | set(pairs["variable_2"])
    known = [name for name in variables if name in named]
    maps = {
        file_name("correlations", column): (
            findings.associations(column, pairs),
            svg(figures.heat_map(column, pairs, known)),
        )
        for column in ("train", "synthetic", "difference")
    }
    return {
        "boxes": boxes,
        "numbers": _of_shares(shares, "number", figures.histogram),
        "categories": _of_shares(shares, "category", figures.bars),
        "maps": maps,
    }


def write_report(
    tables: Mapping[str, pd.DataFrame],
    *,
    generator: str,
    variables: Sequence[str],
    boxed: Sequence[str],
    by: str,
    min_cell_rows: int,
    folder: str,
) -> pd.DataFrame:
    """Write report.html and figures/ into `folder`; one row per file written: file, bytes.

    `tables` are rows of the marts for one generator: those of `page` and of `draw_all`.
    """
    drawn = draw_all(tables, variables, boxed, by)
    images = {part: list(pictures.values()) for part, pictures in drawn.items()}
    html = page(generator, tables, images, versions(), min_cell_rows)
    files = {Path(folder) / "report.html": html}
    for pictures in drawn.values():
        files |= {
            Path(folder) / "figures" / name: text.decode() for name, (_, text) in pictures.items()
        }
    for path, text in files.items():
        write_text(path, text)
    sizes = [(str(path), len(text.encode())) for path, text in sorted(files.items())]
    return pd.DataFrame(sizes, columns=["file", "bytes"])
