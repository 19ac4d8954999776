"""Writing the report: the page and its figures as files."""

import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

import pandas as pd

from likeness.report.page import PARTS, About, page
from likeness.schema.outputs import FIGURES, REPORT
from likeness.warehouse.atomic_files import write_text

PACKAGES = ("likeness", "dbt-core", "dbt-duckdb", "duckdb", "numpy", "pandas", "scikit-learn")


def versions(packages: Sequence[str] = PACKAGES) -> dict[str, str]:
    """Versions of Python and of what made the report; packages not installed are left out."""
    found = {"python": platform.python_version()}
    for name in packages:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def write_report(
    tables: Mapping[str, pd.DataFrame],
    drawn: pd.DataFrame,
    *,
    about: About,
    folder: str,
) -> pd.DataFrame:
    """Write report.html and figures/ into `folder`; one row per file: its name there, bytes.

    `tables` are rows of the marts for one generator, those of `page`; `drawn` has one row per
    figure in the order of the page: part, file, title, svg.
    """
    images = {
        part: [(row.title, row.svg.encode()) for row in drawn[drawn["part"] == part].itertuples()]
        for part in PARTS
    }
    files = {REPORT: page(about, tables, images, versions())}
    files |= {
        f"{FIGURES}/{name}": text for name, text in zip(drawn["file"], drawn["svg"], strict=True)
    }
    for name, text in files.items():
        write_text(Path(folder) / name, text)
    sizes = [(name, len(text.encode())) for name, text in sorted(files.items())]
    return pd.DataFrame(sizes, columns=["file", "bytes"])


def write_red_page(tables: Mapping[str, pd.DataFrame], *, about: About, path: str | Path) -> None:
    """Write to `path` the page without pictures that a red build leaves; see `write_report`."""
    write_text(path, page(about, tables, None, versions()))
