"""The verb `new-table`: a dbt project for a table, written from what is found in its rows."""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from likeness.cli.project_files import Place, write_project
from likeness.schema.discovery.draft import Draft, draft
from likeness.schema.discovery.table import CannotDraft, Say

PACKAGE_ROOT = Path(__file__).resolve().parents[3]
RECORD = "record,records"


def add_new_table(subparsers: argparse._SubParsersAction) -> None:
    """Add the verb `new-table`."""
    verb = subparsers.add_parser("new-table", help="a dbt project for a table of your own")
    verb.add_argument(
        "--from",
        dest="source",
        required=True,
        metavar="FILE",
        help="the table: csv, tsv, txt (each also as .gz), parquet, a folder or glob of parquet",
    )
    verb.add_argument(
        "--to", dest="folder", required=True, metavar="FOLDER", help="the project's new folder"
    )
    verb.add_argument(
        "--record", default=RECORD, metavar="ONE,MANY", help="what a row is: customer,customers"
    )
    verb.add_argument(
        "--target", metavar="COLUMN", help="the category that a model will learn to predict"
    )
    verb.set_defaults(run=run_new_table)


def run_new_table(parsed: argparse.Namespace) -> int:
    """Write the project; its exit code. Nothing is left behind where it cannot be written."""
    try:
        folder = _empty(parsed.folder)
        record = record_words(parsed.record)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="likeness-") as rows:
            found = draft(parsed.source, rows, parsed.target, _progress())
            try:
                place = Place(folder, project_name(folder.name), parsed.source, _package_root())
                _write(place, found, record)
            finally:
                found.table.connection.close()
    except CannotDraft as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or parsed.folder}: {error.strerror}.", file=sys.stderr)
        return 1
    _say_what_is_next(parsed.folder, found)
    return 0


def project_name(folder: str) -> str:
    """A dbt project's name from a folder's: letters, digits and underscores."""
    name = re.sub(r"[^a-z0-9]+", "_", folder.lower()).strip("_")
    name = name if name[:1].isalpha() else f"table_{name}".strip("_")
    return f"{name}_table" if name in ("likeness", "dbt_expectations", "dbt") else name


def record_words(text: str) -> tuple[str, str]:
    """The two words of --record. Raises CannotDraft where they are not two."""
    words = tuple(word.strip() for word in text.split(","))
    if len(words) != 2 or not all(re.fullmatch(r"[^\W\d_][\w \-]{0,39}", word) for word in words):
        raise CannotDraft(
            f"--record {text!r}: give two words, for one row and for several: customer,customers."
        )
    return words[0], words[1]


def _write(place: Place, found: Draft, record: tuple[str, str]) -> None:
    """Write into a folder beside the target, and rename it once it is whole."""
    parent = place.folder.parent
    made = Path(tempfile.mkdtemp(prefix=f".{place.folder.name}.", dir=parent))
    try:
        write_project(made, place, found, record)
        made.chmod(0o777 & ~_umask())
        if place.folder.exists():
            place.folder.rmdir()
        made.rename(place.folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _empty(folder: str) -> Path:
    path = Path(os.path.abspath(folder))
    if path.exists() and not path.is_dir():
        raise CannotDraft(f"--to {folder} is a file; name a folder that is not there yet.")
    if path.exists() and any(path.iterdir()):
        raise CannotDraft(f"--to {folder} is not empty; name a folder that is not there yet.")
    return path


def _package_root() -> Path:
    if not (PACKAGE_ROOT / "dbt_project.yml").is_file():
        raise CannotDraft(
            f"{PACKAGE_ROOT} has no dbt_project.yml: install Likeness from its folder "
            "(make setup), so that the new project can use its models."
        )
    return PACKAGE_ROOT


def _progress() -> Say:
    if not sys.stderr.isatty():
        return lambda text: None
    return lambda text: print(f"  {text} ...", file=sys.stderr, flush=True)


def _say_what_is_next(folder: str, found: Draft) -> None:
    rows, columns = found.table.rows, len(found.fields)
    rules, formulas = _counted(found.rules, "rule"), _counted(found.formulas, "formula")
    print(
        f"{folder}: a project for {rows:,} rows of {columns} columns, {rules}, {formulas}. "
        f"Look through {folder}/README.md, then: cd {folder} && make build"
    )


def _counted(items: Sequence, word: str) -> str:
    return f"{len(items)} {word}{'' if len(items) == 1 else 's'}"
