"""The gates on real loans: green for other real rows, red for shuffled columns and for copies.

Rows come through `generator: file`. A key column keeps the split the same for every build. What is
learnt of the source is built once, for all rows that are held against it.
"""

import csv
import itertools
import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

import forked
from reading_macros import Macros

KEY = "row_key"
LOANS, OTHERS = 10_000, 1650
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


def project(root: Path, folder: Path) -> Path:
    """A copy of the project in `folder`."""
    copy = folder / "project"
    copy.mkdir()
    for name in ("models", "macros", "seeds", "python", "dbt_packages", "prompts", "data", "tests"):
        shutil.copytree(root / name, copy / name)
    for name in ("dbt_project.yml", "profiles.yml", "packages.yml"):
        shutil.copy(root / name, copy / name)
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
def real(shared) -> pd.DataFrame:
    """The loans of the source, and after them others that it does not have."""
    path = shared / "data" / "lending_club_20k.csv"
    with open(path, newline="", encoding="utf-8") as handle:
        frame = pd.DataFrame(list(itertools.islice(csv.DictReader(handle), LOANS + OTHERS)))
    return frame.assign(**{KEY: [f"loan {i}" for i in range(len(frame))]})


@pytest.fixture(scope="module")
def loans(real) -> pd.DataFrame:
    return real.iloc[:LOANS]


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


def scorecard(copy: Path, synthetic, *arguments: str, **variables) -> tuple[int, pd.DataFrame]:
    """Exit code and scorecard of a build whose synthetic rows come from a file."""
    write(synthetic.drop(columns=KEY), copy / "synthetic.csv")
    files = {"generator": "file", "synthetic_path": "synthetic.csv"}
    code = dbt(copy, "build", *arguments, **files, **variables)
    rows = rows_of(copy, "select * from marts.quality_scorecard")
    print(rows[["metric", "value", "reference", "status"]].to_string())
    return code, rows.set_index("metric")


def statuses(card: pd.DataFrame, *dimensions: str) -> dict[str, str]:
    return card.loc[card["dimension"].isin(dimensions), "status"].to_dict()


@pytest.fixture(scope="module")
def other_real_rows(root, real, loans, tmp_path_factory) -> tuple[Path, int, pd.DataFrame]:
    """A whole build whose synthetic rows are other loans: its folder, exit code and scorecard."""
    copy = project(root, tmp_path_factory.mktemp("closeness"))
    write(loans, copy / "loans.csv")
    given = {"enforce_rules": "source_true", "threshold": 10}
    return copy, *scorecard(copy, real.iloc[LOANS:], "--exclude", *UNSEEN, **given)


@pytest.fixture
def with_rows(other_real_rows, tmp_path) -> Callable[..., tuple[int, pd.DataFrame]]:
    """Takes other synthetic rows into a copy of that build: exit code and scorecard."""
    copy = shutil.copytree(other_real_rows[0], tmp_path / "project")

    def received(synthetic, unseen: Sequence[str] = (), rules_enforced=True, **variables):
        again = ["int_responses__file+"]
        if not rules_enforced:
            path = copy / "seeds" / "business_rules.csv"
            path.write_text(path.read_text().replace(",true\n", ",false\n"))
            again.append("business_rules+")
        given = {"threshold": 1, **variables}
        return scorecard(copy, synthetic, "-s", *again, "--exclude", *UNSEEN, *unseen, **given)

    return received


@pytest.fixture(scope="module")
def train(loans, split) -> pd.DataFrame:
    return loans[loans[KEY].map(split) == "train"]


def test_other_real_rows_are_green_everywhere(other_real_rows):
    _, code, card = other_real_rows
    closeness = card[card["dimension"] != "rules"]
    assert len(closeness) == 24
    assert set(closeness["status"]) == GREEN
    assert code == 0


def test_shuffled_columns_are_red_on_all_but_marginals(with_rows, train):
    rng = np.random.default_rng(1)
    shuffled = train.apply(lambda column: rng.permutation(column.to_numpy()))
    # Rules see what shuffling breaks before any comparison does; here the comparison has to.
    _, card = with_rows(shuffled, NOT_CLOSENESS, rules_enforced=False)
    assert card.at["accepted_rows", "value"] > 0.99 * len(train)
    red = ["mean_abs_correlation_difference", "worst_pairs_tvd", "detection_auc", "tstr_ratio"]
    assert card.loc[red, "status"].to_dict() == dict.fromkeys(red, "fail")
    marginals = statuses(card, "shape")
    assert len(marginals) == 6
    assert set(marginals.values()) == GREEN


def test_states_in_blocks_are_red_on_invented_ties(with_rows, train):
    """A state fixed for each twenty rows of a grade and status, as seeds once fixed it."""
    rng = np.random.default_rng(2)
    ordered = train.sort_values(["loan_status", "grade"], kind="stable", ignore_index=True)
    states = rng.permutation(train["address"].str.extract(r"([A-Z]{2}) \d{5}$")[0].to_numpy())
    blocks = np.repeat(states[: len(train) // 20 + 1], 20)[: len(train)]
    lines = ordered["address"].str.replace(r"[A-Z]{2} \d{5}$", "", regex=True)
    clumped = ordered.assign(address=lines + blocks + " " + ordered["address"].str[-5:])
    _, card = with_rows(clumped, NOT_CLOSENESS, enforce_rules="source_true")
    red = ["association_increase", "target_rate_difference"]
    assert card.loc[red, "status"].to_dict() == dict.fromkeys(red, "fail")
    assert card.at["column_shapes", "status"] == "pass"


def test_copies_of_train_rows_are_red_on_privacy(with_rows, train):
    code, card = with_rows(train, enforce_rules="source_true")
    found = statuses(card, "privacy")
    # What is published about real rows is sound whoever made the others.
    assert found.pop("disclosure") == "pass"
    assert set(found) == {"identical_match_share", "quasi_identifiers_shared", "dcr_share", "nndr"}
    assert set(found.values()) == RED
    assert set(statuses(card, "shape", "pair").values()) == GREEN
    assert code == 1
