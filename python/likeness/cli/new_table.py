"""The verb `new-table`: what a build of a table needs, written from what is found in its rows."""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from likeness.cli.host_files import FOLDER, PROJECT, host, missing_parts, with_vars
from likeness.cli.project_files import Place, path_from, write_project, write_table
from likeness.cli.table_sources import POSTGRES, Chosen, of_database, of_file, of_model, of_source
from likeness.schema.discovery.draft import Draft, draft
from likeness.schema.discovery.table import CannotDraft, Say
from likeness.schema.given import package_root
from likeness.warehouse import atomic_files

RECORD = "record,records"


def add_new_table(subparsers: argparse._SubParsersAction) -> None:
    """Add the verb `new-table`."""
    verb = subparsers.add_parser("new-table", help="a dbt project for a table of your own")
    source = verb.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--from",
        dest="source",
        metavar="FILE",
        help="the table: csv, tsv, txt (each also as .gz), parquet, a folder or glob of parquet; "
        "with --table a DuckDB file or postgres:...",
    )
    source.add_argument("--model", metavar="NAME", help="a model or seed of this dbt project")
    source.add_argument("--source", dest="of", metavar="NAME.TABLE", help="a source of it")
    verb.add_argument("--table", metavar="SCHEMA.NAME", help="the table of the database --from")
    verb.add_argument(
        "--to",
        dest="folder",
        metavar="FOLDER",
        help="the new folder of a project of its own; without it the table joins this dbt project",
    )
    verb.add_argument("--name", metavar="NAME", help="what the table is called in this dbt project")
    verb.add_argument(
        "--record", default=RECORD, metavar="ONE,MANY", help="what a row is: customer,customers"
    )
    verb.add_argument(
        "--target", metavar="COLUMN", help="the category that a model will learn to predict"
    )
    verb.set_defaults(run=run_new_table)


def run_new_table(parsed: argparse.Namespace) -> int:
    """Write the files; the exit code. Nothing is left behind where they cannot be written."""
    try:
        record = record_words(parsed.record)
        said = _own_project(parsed, record) if parsed.folder else _in_host(parsed, record)
    except CannotDraft as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or parsed.folder}: {error.strerror}.", file=sys.stderr)
        return 1
    print("\n".join(said))
    return 0


def _own_project(parsed: argparse.Namespace, record: tuple[str, str]) -> list[str]:
    """Write a project of its own; what to say of it."""
    if not parsed.source:
        raise CannotDraft("--model and --source are of this dbt project: leave --to away.")
    folder = _empty(parsed.folder, "--to ")
    chosen = _of_file_or_database(parsed, folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    name = project_name(folder.name)
    shown = (
        path_from(folder, parsed.source) if isinstance(chosen.source, str) else str(chosen.source)
    )
    place = Place(folder, name, shown, chosen.variables, _package_root(), folder)
    with _drafted(chosen, parsed.target) as found:
        _write(folder, lambda made: write_project(made, place, found, record))
        counts = _counts(found)
    return [
        f"{parsed.folder}: a project for {counts}. Look through {parsed.folder}/README.md, then: "
        f"cd {parsed.folder} && make build"
    ]


def _in_host(parsed: argparse.Namespace, record: tuple[str, str]) -> list[str]:
    """Write the table's folder in this project, and its vars; what to say of them."""
    project = host()
    root = Path.cwd()
    if parsed.model:
        chosen = of_model(parsed.model)
    elif parsed.of:
        chosen = of_source(parsed.of)
    else:
        chosen = _of_file_or_database(parsed, root)
    name = project_name(parsed.name or chosen.name)
    folder = _empty(f"{FOLDER}/{name}")
    file = PROJECT if project.is_first else f"{FOLDER}/{name}/vars.yml"
    place = Place(
        folder, name, str(chosen.source), chosen.variables, _package_root(), root, True, file
    )

    def write(made: Path) -> None:
        block = write_table(made, place, found, record)
        if project.is_first:
            atomic_files.write_text(root / PROJECT, with_vars(project.text, block))
        else:
            (made / "vars.yml").write_text(block, encoding="utf-8")

    with _drafted(chosen, parsed.target) as found:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _write(folder, write)
        counts = _counts(found)
    build = "dbt build" if project.is_first else f"likeness build --vars {file}"
    shown = f"{FOLDER}/{name}"
    return [
        f"{shown}: {counts}; its vars are in {file}. Look through {shown}/README.md, then: {build}",
        *(f"Before that: {line}" for line in missing_parts()),
    ]


def _of_file_or_database(parsed: argparse.Namespace, root: Path) -> Chosen:
    is_server = parsed.source.startswith(POSTGRES)
    shown = parsed.source if is_server else path_from(root, parsed.source)
    if parsed.table:
        return of_database(parsed.source, parsed.table, shown)
    if is_server or parsed.source.lower().endswith((".duckdb", ".db")):
        raise CannotDraft(f"--from {parsed.source} is a database: give --table SCHEMA.NAME too.")
    return of_file(parsed.source, shown)


@contextmanager
def _drafted(chosen: Chosen, target: str | None) -> Iterator[Draft]:
    with tempfile.TemporaryDirectory(prefix="likeness-") as rows:
        found = draft(chosen.source, rows, target, _progress())
        try:
            yield found
        finally:
            found.table.connection.close()


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


def _write(folder: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a folder beside the target, and rename it once it is whole."""
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        write(made)
        made.chmod(0o777 & ~_umask())
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _empty(folder: str, option: str = "") -> Path:
    path = Path(os.path.abspath(folder))
    if path.exists() and not path.is_dir():
        raise CannotDraft(f"{option}{folder} is a file; name a folder that is not there yet.")
    if path.exists() and any(path.iterdir()):
        raise CannotDraft(f"{option}{folder} is not empty; name a folder that is not there yet.")
    return path


def _package_root() -> Path:
    root = package_root().resolve()
    if not (root / "dbt_project.yml").is_file():
        raise CannotDraft(
            "the dbt project of Likeness is not found: install Likeness from its folder "
            "(make setup), or name it in packages.yml and run `dbt deps`."
        )
    return root


def _progress() -> Say:
    if not sys.stderr.isatty():
        return lambda text: None
    return lambda text: print(f"  {text} ...", file=sys.stderr, flush=True)


def _counts(found: Draft) -> str:
    rows, columns = found.table.rows, len(found.fields)
    rules, formulas = _counted(found.rules, "rule"), _counted(found.formulas, "formula")
    return f"{rows:,} rows of {columns} columns, {rules}, {formulas}"


def _counted(items: Sequence, word: str) -> str:
    return f"{len(items)} {word}{'' if len(items) == 1 else 's'}"
