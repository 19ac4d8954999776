"""The engine under test: a real build of the project by dbt, in a folder of its own."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from judge.process import run
from likeness.schema.rules import RuleCheck

ROOT = Path(__file__).resolve().parents[2]
EXPORTED = ["+synthetic_loans", "+int_export__checked"]
MADE = [*EXPORTED, "int_loans__split"]
# What depends on which rules are enforced, of that.
AFTER_RULES = [f"source_rules+,{node}" for node in EXPORTED]
ENFORCED = ("all", "source_true")


@dataclass(frozen=True)
class Generated:
    """Rows of a generator, typed, and what making them took: seconds, MB, seconds of a core."""

    rows: pd.DataFrame
    fit_seconds: float | None
    draw_seconds: float | None
    peak_mb: float | None
    format_errors: int | None = None
    core_seconds: float | None = None


class Build:
    """Builds of the project from `loans` under `folder`; `variables` are vars of dbt."""

    def __init__(self, folder: Path, loans: Path, variables: Mapping[str, object]):
        self.folder = folder
        self._vars = {"export_dir": str(folder / "exports"), **variables}
        self._database = folder / "likeness.duckdb"
        self._environment = {
            "LIKENESS_DB": str(self._database),
            "LOANS_PATH": str(loans),
            "DBT_PROFILES_DIR": str(ROOT),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        self._seconds: dict[str, float] = {}
        self._peak_mb = 0.0

    def make(self, enforce_rules: str) -> Generated:
        """The exported rows with these rules enforced; all steps the first time."""
        selected = AFTER_RULES if self._seconds else MADE
        given = {**self._vars, "enforce_rules": enforce_rules}
        command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "build", "-s"]
        command += [*selected, "--exclude-resource-type", "test", "unit_test"]
        command += ["--vars", json.dumps(given)]
        took = run(command, ROOT, self.folder / "dbt.log", self._environment)
        self._peak_mb = max(self._peak_mb, took.peak_mb)
        results = json.loads((self.folder / "target" / "run_results.json").read_text())["results"]
        self._seconds |= {r["unique_id"].split(".")[-1]: r["execution_time"] for r in results}
        checked = self.table("select * from intermediate.int_export__checked order by synthetic_id")
        found = ["has_exact_formulas", "format_findings", "rule_violations"]
        return Generated(
            checked.drop(columns=found),
            self._seconds["int_engine__profile"],
            self._seconds["int_responses__offline"],
            self._peak_mb,
            int(checked["format_findings"].map(len).sum()),
        )

    def real(self, split: str) -> pd.DataFrame:
        """The rows of `train` or `holdout`, typed."""
        return self.table(
            "select loans.* from staging.stg_loans as loans "
            "inner join intermediate.int_loans__split as split on loans.loan_id = split.loan_id "
            f"where split.split = '{split}' order by loans.loan_id"
        )

    def rules(self) -> pd.DataFrame:
        """`profiles.source_rules` of the last build."""
        return self.table("select * from profiles.source_rules")

    def check(self, rules: pd.DataFrame, names: list[str]) -> RuleCheck:
        """The build's own check of those enforced `rules` that name only columns among `names`."""
        usable = [set(named.split(";")) <= set(names) for named in rules["named_columns"]]
        return RuleCheck(
            rules[usable],
            self.table("select * from profiles.rule_context"),
        )

    def table(self, sql: str) -> pd.DataFrame:
        """The result of a query on the build's database."""
        with duckdb.connect(str(self._database), read_only=True) as connection:
            return connection.execute(sql).df()
