"""A whole build and the engine's share of it, timed; and files of more rows than there are."""

import json
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from judge.process import run
from judge.process_tree import TreeTook, run_tree
from likeness.schema.fields import load_fields

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "likeness"
ENGINE = ("int_engine__profile", "int_responses__offline")
PARTS = {
    "model": "models",
    "seed": "models",
    "test": "data tests",
    "unit_test": "unit tests",
    "operation": "hooks",
}
CLOCK = re.compile(r"Finished running .*\((\d+\.\d+)s\)")


@dataclass(frozen=True)
class BuildTook:
    """What a build took: the tree of processes, dbt's own clock, the sums of its nodes' times.

    parts: seconds by kind of node, which two threads spend side by side; engine: seconds of
    learning and of drawing.
    """

    tree: TreeTook
    clock: float
    parts: Mapping[str, float]
    engine: tuple[float, float]


class SpeedBuild:
    """Builds from `loans` in `folder`; `variables` are vars of dbt."""

    def __init__(self, folder: Path, loans: Path, variables: Mapping[str, object]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._vars = json.dumps({"export_dir": str(folder / "exports"), **variables})
        self._environment = {
            "LIKENESS_DB": str(folder / "likeness.duckdb"),
            "LOANS_PATH": str(loans),
            "DBT_PROFILES_DIR": str(ROOT),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        dbt = [sys.executable, "-m", "dbt.cli.main", "--quiet", "parse", "--vars", self._vars]
        run(dbt, ROOT, folder / "parse.log", self._environment)

    def whole(self, limit_seconds: float = 900, *, unit_tests: bool = False) -> BuildTook:
        """A build of everything into a database of its own, as `make build` does after set-up.

        With `unit_tests`: `dbt build`, which runs them too. Raises RuntimeError where a model
        fails; a gate may be red.
        """
        for file in self.folder.glob("likeness.duckdb*"):
            file.unlink()
        if unit_tests:
            command = [sys.executable, "-m", "dbt.cli.main", "build", "--vars", self._vars]
            return self._build(command, limit_seconds)
        given = self.folder / "vars.yml"
        given.write_text(self._vars, encoding="utf-8")
        command = [sys.executable, "-m", "likeness.cli", "build", "--vars", str(given)]
        return self._build(command, limit_seconds)

    def engine_alone(self) -> tuple[BuildTook, float]:
        """Learning and drawing once more, with nothing beside them, after a whole build.

        Beside it the seconds of a core without those that dbt takes for a view of no work.
        """
        command = [sys.executable, "-m", "dbt.cli.main", "build", "--vars", self._vars]
        tests = ["--exclude-resource-type", "test", "unit_test"]
        nothing = self._build([*command, "-s", "int_loans__fit_sample", *tests], 900)
        took = self._build([*command, "-s", *ENGINE, *tests], 900)
        return took, took.tree.core_seconds - nothing.tree.core_seconds

    def rows_alone(self) -> BuildTook:
        """The synthetic rows and what they need, without tests."""
        command = [sys.executable, "-m", "dbt.cli.main", "build", "--vars", self._vars]
        tests = ["--exclude-resource-type", "test", "unit_test"]
        return self._build([*command, "-s", "+synthetic_loans", *tests], 1800)

    def learned_from(self) -> pd.DataFrame:
        """The rows that the engine has learned from."""
        return self._table("select * from intermediate.int_loans__fit_sample")

    def train(self) -> pd.DataFrame:
        """All train rows."""
        return self._table(
            "select loans.* from staging.stg_loans as loans "
            "inner join intermediate.int_loans__split as split on loans.loan_id = split.loan_id "
            "where split.split = 'train'"
        )

    def made_rows(self) -> int:
        """How many rows were drawn."""
        counted = self._table("select count(*) as n from synthetic.synthetic_responses")
        return int(counted["n"].item())

    def _build(self, command: Sequence[str], limit_seconds: float) -> BuildTook:
        log = self.folder / "build.log"
        took = run_tree(command, ROOT, log, self._environment, limit_seconds)
        said = log.read_text(encoding="utf-8")
        clock = CLOCK.search(re.sub(r"\x1b\[\d+m", "", said))
        if clock is None:
            raise RuntimeError("\n".join(said.splitlines()[-25:]))
        written = self.folder / "target" / "run_results.json"
        results = json.loads(written.read_text(encoding="utf-8"))["results"]
        if failed := [r for r in results if r["status"] == "error"]:
            raise RuntimeError("\n".join(f"{r['unique_id']}: {r['message']}" for r in failed))
        parts: Counter[str] = Counter()
        seconds = {}
        for result in results:
            kind, *_, name = result["unique_id"].split(".")
            parts[PARTS.get(kind, kind)] += result["execution_time"]
            seconds[name] = result["execution_time"]
        learned, drawn = (seconds.get(name, 0.0) for name in ENGINE)
        return BuildTook(took, float(clock[1]), dict(parts), (learned, drawn))

    def _table(self, sql: str) -> pd.DataFrame:
        with duckdb.connect(self._environment["LIKENESS_DB"], read_only=True) as connection:
            return connection.execute(sql).df()


def draw_more(source: Path, rows: int, folder: Path, target: Path) -> None:
    """Write about `rows` rows as parquet that the engine, fitted on `source`, has drawn.

    Repeated rows would be another table: texts that one row holds would be held by many.
    """
    build = SpeedBuild(folder, source, {"target_rows": rows, "enforce_rules": "source_true"})
    build.rows_alone()
    names = [f.name for f in load_fields(ROOT / "seeds" / "fields.csv")]
    with duckdb.connect(str(folder / "likeness.duckdb"), read_only=True) as connection:
        connection.execute(
            f"copy (select {', '.join(names)} from marts.synthetic_loans order by synthetic_id) "
            f"to {_quoted(target)} (format parquet)"
        )


def repeat(source: Path, rows: int, target: Path) -> None:
    """Write `rows` rows as parquet: those of a parquet file again and again, in other houses."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        connection.execute("set preserve_insertion_order = false")
        counted = connection.execute(f"select count(*) as n from read_parquet({_quoted(source)})")
        n = int(counted.df()["n"].item())
        connection.execute(
            f"""copy (
            select source.* exclude (file_row_number)
                replace ((100 + rounds.number) || ' ' || address as address)
            from range({-(-rows // n)}) as rounds(number),
                read_parquet({_quoted(source)}, file_row_number = true) as source
            where rounds.number * {n} + source.file_row_number < {rows}
            ) to {_quoted(target)} (format parquet)"""
        )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
