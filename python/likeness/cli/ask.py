"""`make ask Q=...`: a question of `analyses/`, answered in full from the copy for readers."""

import argparse
import re
from pathlib import Path

import pandas as pd

from likeness import warehouse
from likeness.schema.given import read_vars
from likeness.schema.outputs import MARTS
from likeness.schema.sentences import nearest

ANALYSES = Path(__file__).resolve().parents[3] / "analyses"
PROJECT = "dbt_project.yml"
REF = re.compile(r"\{\{ ref\('likeness', '(\w+)'\) \}\}")


def add_ask(subparsers: argparse._SubParsersAction) -> None:
    """Add the verb `ask`."""
    verb = subparsers.add_parser("ask", help=__doc__.partition("\n")[0])
    verb.add_argument(
        "question", nargs="?", default="", help="a name in analyses/; none lists them"
    )
    verb.add_argument("--vars", metavar="FILE", help="the settings that the build was given")
    verb.add_argument("--file", metavar="FILE", help="another copy for readers")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the answer, or which questions there are; 0, or 1 with one sentence."""
    try:
        if not arguments.question:
            print("\n".join(["make ask Q=..., one of", *listed()]))
            return 0
        path = arguments.file or copy_for_readers(arguments.vars)
        print(answer(arguments.question, path))
    except (ValueError, OSError, warehouse.Error) as error:
        said = warehouse.first_sentence(error) if isinstance(error, warehouse.Error) else error
        print(f"ask: {said}")
        return 1
    return 0


def questions() -> dict[str, Path]:
    """Each question's file by its name."""
    return {path.stem: path for path in sorted(ANALYSES.glob("*.sql"))}


def listed() -> list[str]:
    """A line for each question: its name and what it asks."""
    found = questions()
    width = max(map(len, found))
    return [f"  {name.ljust(width)}  {asked(path)}" for name, path in found.items()]


def asked(path: Path) -> str:
    """What a file asks: its first line."""
    return path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("-- ")


def copy_for_readers(settings: str | None) -> Path:
    """The file of marts in var export_dir. Raises ValueError where there is none."""
    path = Path(str(read_vars(PROJECT, settings)["export_dir"])) / MARTS
    if not path.is_file():
        raise ValueError(f"there is no {path}: build first, or name a copy with FILE=.")
    return path


def sql_of(question: str) -> str:
    """The SQL of a question, its refs as tables of the copy. Raises ValueError for no question."""
    found = questions()
    if question not in found:
        near = nearest(question, found) or f"; there are {', '.join(found)}."
        raise ValueError(f"there is no question {question!r} in analyses{near}")
    return REF.sub(r'"\1"', found[question].read_text(encoding="utf-8"))


def answer(question: str, path: str | Path) -> str:
    """The question and every row of its answer, as text.

    Raises ValueError for an unknown question, and what DuckDB raises for a file that is no copy.
    """
    sql = sql_of(question)
    with warehouse.read_only(str(path)) as connection:
        frame = connection.execute(sql).df()
    return f"{asked(questions()[question])}\n\n{table(frame)}\n{len(frame):,} rows of {path}"


def table(frame: pd.DataFrame) -> str:
    """A frame as text, whole: no row, column or value is cut; missing values are empty."""
    shown = frame.astype(object).map(_text)
    return shown.to_string(index=False) if len(shown) else "no rows"


def _text(value: object) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
