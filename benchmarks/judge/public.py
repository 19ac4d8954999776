"""A table of any shape from file to green build, as a user goes, and the papers' figures of it."""

import json
import sys
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import yaml
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from judge import rows as whole
from judge.cart import cart_rows
from judge.columns import Columns, as_judged, shuffled
from judge.process import run

ROOT = Path(__file__).resolve().parents[2]
HOLDOUT = 0.1
ENGINE, TEST, CART = "engine", "held-out rows", "sequential CART"


@dataclass(frozen=True)
class Made:
    """A table's rows by origin and what they took: seconds by label, MB of the build."""

    train: pd.DataFrame
    test: pd.DataFrame
    made: Mapping[str, pd.DataFrame]
    seconds: Mapping[str, float]
    peak_mb: float
    columns: Columns
    rules: int
    left_out: int


def project_of(source: Path, folder: Path, target: str | None) -> Path:
    """The project that `likeness new-table` makes of a file. Raises RuntimeError where it fails."""
    made = folder / "project"
    command = [sys.executable, "-m", "likeness.cli", "new-table"]
    command += ["--from", str(source), "--to", str(made)]
    run([*command, *(["--target", target] if target else [])], ROOT, folder / "new-table.log")
    packages = [sys.executable, str(ROOT / "scripts" / "dbt_packages.py"), str(made)]
    run(packages, ROOT, folder / "packages.log")
    return made


def one_table(source: Path, folder: Path, target: str | None, seed: int) -> Made:
    """Build a table with a tenth held out; rows of the engine and of the CART reference."""
    project = project_of(source, folder, target)
    environment = {
        "DBT_PROFILES_DIR": ".",
        "LIKENESS_DB": "bench.duckdb",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "build"]
    command += ["--vars", json.dumps({"holdout_fraction": HOLDOUT})]
    took = run(command, project, folder / "build.log", environment)
    values = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
    columns = _columns(project, values["vars"]["likeness"])
    with duckdb.connect(str(project / "bench.duckdb"), read_only=True) as connection:
        real = {
            split: connection.execute(
                "select loans.* from staging.stg_loans as loans inner join "
                "intermediate.int_loans__split as split on loans.loan_id = split.loan_id "
                f"where split.split = '{split}' order by loans.loan_id"
            ).df()
            for split in ("train", "holdout")
        }
        drawn = connection.execute("from marts.synthetic_loans_typed order by synthetic_id").df()
        rules = connection.execute(
            "select count(*) from profiles.source_rules where is_enforced"
        ).fetchall()[0][0]
        left_out = connection.execute(
            "select count(*) from staging.stg_loans__excluded"
        ).fetchall()[0][0]
    train, test = (as_judged(real[split], columns) for split in ("train", "holdout"))
    rows = shuffled(as_judged(drawn, columns), seed).head(len(train))
    began = time.perf_counter()
    cart = cart_rows(train, columns, len(rows), seed)
    seconds = {ENGINE: took.seconds, CART: time.perf_counter() - began}
    made = {TEST: test, ENGINE: rows, CART: cart}
    return Made(train, test, made, seconds, took.peak_mb, columns, rules, left_out)


def _columns(project: Path, values: Mapping) -> Columns:
    """The columns of the source that are compared, without those derived or computed."""
    listed = pd.read_csv(project / "seeds" / "fields.csv", dtype=str, keep_default_na=False)
    own = set(listed.loc[listed["expression"] == "", "name"])
    target = values["utility_target"] or {"variable": "", "positive": ""}
    return Columns(
        tuple(name for name in values["continuous_variables"] if name in own),
        tuple(name for name in values["categorical_variables"] if name in own),
        tuple(listed.loc[listed["roles"].str.split(";").map(lambda r: "formula" in r), "name"]),
        target["variable"],
        target["positive"],
    )


def figures(made: Made, label: str, seed: int) -> dict[str, float | None]:
    """The papers' figures of the rows with this label; see docs/benchmarks.md for each."""
    rows, columns = made.made[label], made.columns
    found: dict[str, float | None] = errors(made.train, rows, columns)
    found["c2st_train"] = whole.c2st(made.train, rows, columns, seed)
    found["c2st_test"] = None if label == TEST else whole.c2st(made.test, rows, columns, seed)
    found["auc"] = auc(made.train if label == TEST else rows, made.test, columns, seed)
    if label != TEST:
        found["dcr_share"] = whole.dcr_share(made.train, made.test, rows, columns, 20, seed)
    found["copies"] = whole.copies(made.train, rows, columns) / len(rows)
    found["seconds"] = made.seconds.get(label)
    found["peak_mb"] = made.peak_mb if label == ENGINE else None
    return found


def errors(train: pd.DataFrame, rows: pd.DataFrame, columns: Columns) -> dict[str, float | None]:
    """SDMetrics' shape and trend errors, and the error over all pairs, in percent."""
    from sdmetrics.reports.single_table._properties import ColumnPairTrends

    _, parts, metadata = whole.quality_report(train, rows, columns)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        every = ColumnPairTrends().get_score(train, rows, metadata)
    return {
        "shape_error": 100 * (1 - parts["Column Shapes"]),
        "trend_error": 100 * (1 - parts["Column Pair Trends"]),
        "all_pairs_error": 100 * (1 - float(every)),
    }


def auc(taught: pd.DataFrame, test: pd.DataFrame, columns: Columns, seed: int) -> float | None:
    """AUC on `test` of boosted trees that learned the target from `taught`; None without one."""
    if not columns.target:
        return None
    names = [name for name in columns.names if name != columns.target]
    together = pd.concat([taught, test], ignore_index=True)
    for name in columns.categories:
        together[name] = pd.Categorical(together[name]).codes
    features = together[names].to_numpy(dtype=float)
    labels = np.concatenate([part[columns.target] == columns.positive for part in (taught, test)])
    n = len(taught)
    if len(set(labels[:n])) < 2 or len(set(labels[n:])) < 2:
        return None
    model = HistGradientBoostingClassifier(random_state=seed).fit(features[:n], labels[:n])
    return float(roc_auc_score(labels[n:], model.predict_proba(features[n:])[:, 1]))
