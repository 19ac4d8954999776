"""Writing the report: the page and its figures as files."""

import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import pandas as pd

from likeness.files import write_text
from likeness.report.page import PARTS, page

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


def write_report(
    tables: Mapping[str, pd.DataFrame],
    drawn: pd.DataFrame,
    *,
    generator: str,
    min_cell_rows: int,
    folder: str,
) -> pd.DataFrame:
    """Write report.html and figures/ into `folder`; one row per file written: file, bytes.

    `tables` are rows of the marts for one generator, those of `page`; `drawn` has one row per
    figure in the order of the page: part, file, title, svg.
    """
    images = {
        part: [(row.title, row.svg.encode()) for row in drawn[drawn["part"] == part].itertuples()]
        for part in PARTS
    }
    html = page(generator, tables, images, versions(), min_cell_rows)
    files = {Path(folder) / "report.html": html}
    files |= {
        Path(folder) / "figures" / name: text
        for name, text in zip(drawn["file"], drawn["svg"], strict=True)
    }
    for path, text in files.items():
        write_text(path, text)
    sizes = [(str(path), len(text.encode())) for path, text in sorted(files.items())]
    return pd.DataFrame(sizes, columns=["file", "bytes"])
