"""The gates on real loans: green for other real rows, red for shuffled columns and for copies.

Rows come through `generator: file`. A key column keeps the split the same for every build.
"""

import csv
import itertools
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

import forked
from reading_macros import Macros

KEY = "row_key"
LOANS = 10_000
SMALL = {"key_column": KEY, "max_detection_rows": 5000, "max_privacy_rows": 2000}
# No report and no unit test has a say in the gates.
UNSEEN = ("report", "marts_copy", "resource_type:unit_test")
# Nor, where only closeness is asked for, what is published of the engine and dbt's own tests.
NOT_CLOSENESS = (
    *("int_engine__profile", "path:models/profiles/engine", "int_disclosure__engine"),
    "resource_type:test",
)
GREEN = {"pass"}
RED = {"fail"}


def project(root: Path, folder: Path, rules_enforced: bool = True) -> Path:
    """A copy of the project in `folder`, if wanted with no rule enforced."""
    copy = folder / "project"
    copy.mkdir()
    for name in ("models", "macros", "seeds", "python", "dbt_packages", "prompts", "data", "tests"):
        shutil.copytree(root / name, copy / name)
    for name in ("dbt_project.yml", "profiles.yml", "packages.yml"):
        shutil.copy(root / name, copy / name)
    if not rules_enforced:
        path = copy / "seeds" / "business_rules.csv"
        path.write_text(path.read_text().replace(",true\n", ",false\n"))
    return copy


def dbt(copy: Path, verb: str, *arguments: str, **variables) -> int:
    """Run dbt in a copy of the project; its exit code."""
    environment = os.environ | {
        "DBT_PROFILES_DIR": ".",
        "PYTHONPATH": "python",
        "LIKENESS_DB": "likeness.duckdb",
        "LOANS_PATH": "loans.csv",
        "DBT_WRITE_JSON": "false",
    }
    command = [verb, *arguments, "--vars", json.dumps(variables | SMALL)]
    return forked.run("dbt.cli.main", command, cwd=copy, env=environment).returncode


def rows_of(copy: Path, query: str) -> pd.DataFrame:
    with duckdb.connect(str(copy / "likeness.duckdb"), read_only=True) as connection:
        return connection.execute(query).df()


@pytest.fixture(scope="module")
def loans(shared) -> pd.DataFrame:
    path = shared / "data" / "lending_club_20k.csv"
    with open(path, newline="", encoding="utf-8") as handle:
        frame = pd.DataFrame(list(itertools.islice(csv.DictReader(handle), LOANS)))
    return frame.assign(**{KEY: [f"loan {i}" for i in range(len(frame))]})


@pytest.fixture(scope="module")
def split(loans) -> pd.Series:
    """train or holdout by key, as a build of all loans has it."""
    is_holdout = Macros().hash_split("loan_id", "split", Macros().variables["holdout_fraction"])
    keys = loans[[KEY]].rename(columns={KEY: "loan_id"})
    with duckdb.connect() as connection:
        found = connection.from_df(keys).project(f"loan_id, {is_holdout} as is_holdout").df()
    return found.set_index("loan_id")["is_holdout"].map({True: "holdout", False: "train"})


def write(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, lineterminator="\n")


def scorecard(copy: Path, source, synthetic, unseen: Sequence[str] = UNSEEN, **variables):
    """Exit code and scorecard of a build whose synthetic rows come from a file."""
    write(source, copy / "loans.csv")
    write(synthetic.drop(columns=KEY), copy / "synthetic.csv")
    files = {"generator": "file", "synthetic_path": "synthetic.csv"}
    code = dbt(copy, "build", "--exclude", *unseen, **files, **variables)
    rows = rows_of(copy, "select * from marts.quality_scorecard")
    print(rows[["metric", "value", "reference", "status"]].to_string())
    return code, rows.set_index("metric")


def statuses(card: pd.DataFrame, *dimensions: str) -> dict[str, str]:
    return card.loc[card["dimension"].isin(dimensions), "status"].to_dict()


def test_other_real_rows_are_green_everywhere(root, loans, split, tmp_path):
    holdout = np.flatnonzero(loans[KEY].map(split) == "holdout")
    playing = holdout[::2]
    code, card = scorecard(
        project(root, tmp_path),
        loans.drop(index=playing),
        loans.iloc[playing],
        enforce_rules="source_true",
        threshold=10,
    )
    closeness = card[card["dimension"] != "rules"]
    assert len(closeness) == 24
    assert set(closeness["status"]) == GREEN
    assert code == 0


def test_shuffled_columns_are_red_on_all_but_marginals(root, loans, split, tmp_path):
    rng = np.random.default_rng(1)
    train = loans[loans[KEY].map(split) == "train"]
    shuffled = train.apply(lambda column: rng.permutation(column.to_numpy()))
    # Rules see what shuffling breaks before any comparison does; here the comparison has to.
    copy = project(root, tmp_path, rules_enforced=False)
    _, card = scorecard(copy, loans, shuffled, (*UNSEEN, *NOT_CLOSENESS), threshold=1)
    assert card.at["accepted_rows", "value"] > 0.99 * len(train)
    red = ["mean_abs_correlation_difference", "worst_pairs_tvd", "detection_auc", "tstr_ratio"]
    assert card.loc[red, "status"].to_dict() == dict.fromkeys(red, "fail")
    marginals = statuses(card, "shape")
    assert len(marginals) == 6
    assert set(marginals.values()) == GREEN


def test_states_in_blocks_are_red_on_invented_ties(root, loans, split, tmp_path):
    """A state fixed for each twenty rows of a grade and status, as seeds once fixed it."""
    rng = np.random.default_rng(2)
    train = loans[loans[KEY].map(split) == "train"]
    ordered = train.sort_values(["loan_status", "grade"], kind="stable", ignore_index=True)
    states = rng.permutation(train["address"].str.extract(r"([A-Z]{2}) \d{5}$")[0].to_numpy())
    blocks = np.repeat(states[: len(train) // 20 + 1], 20)[: len(train)]
    lines = ordered["address"].str.replace(r"[A-Z]{2} \d{5}$", "", regex=True)
    clumped = ordered.assign(address=lines + blocks + " " + ordered["address"].str[-5:])
    unseen, given = (*UNSEEN, *NOT_CLOSENESS), {"enforce_rules": "source_true", "threshold": 1}
    _, card = scorecard(project(root, tmp_path), loans, clumped, unseen, **given)
    red = ["association_increase", "target_rate_difference"]
    assert card.loc[red, "status"].to_dict() == dict.fromkeys(red, "fail")
    assert card.at["column_shapes", "status"] == "pass"


def test_copies_of_train_rows_are_red_on_privacy(root, loans, split, tmp_path):
    train = loans[loans[KEY].map(split) == "train"]
    code, card = scorecard(
        project(root, tmp_path), loans, train, enforce_rules="source_true", threshold=1
    )
    found = statuses(card, "privacy")
    # What is published about real rows is sound whoever made the others.
    assert found.pop("disclosure") == "pass"
    assert set(found) == {"identical_match_share", "quasi_identifiers_shared", "dcr_share", "nndr"}
    assert set(found.values()) == RED
    assert set(statuses(card, "shape", "pair").values()) == GREEN
    assert code == 1
