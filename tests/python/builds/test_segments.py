"""Segment keys in real builds: rare values are not named, missing ones are a level of their own."""

import csv
import gzip
import json
import re
from pathlib import Path

import pytest

from checks.project import ROOT, Project

ROWS = 2500
PLANTED = "99999"
TRAIN = (
    "(select loans.* from staging.stg_loans as loans "
    "inner join intermediate.int_loans__split as split using (loan_id) where split = 'train')"
)


@pytest.fixture(scope="module")
def loans(tmp_path_factory) -> Path:
    """Some of the embedded loans, one of them of a zip code that no other row has."""
    path = tmp_path_factory.mktemp("loans") / "loans.csv"
    with gzip.open(ROOT / "data" / "loans.csv.gz", "rt", encoding="utf-8", newline="") as handle:
        rows = [row for row, _ in zip(csv.reader(handle), range(ROWS + 1), strict=False)]
    address = rows[0].index("address")
    rows[7][address] = re.sub(r"[A-Z]{2} [0-9]{5}$", f"UT {PLANTED}", rows[7][address])
    with open(path, "w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    return path


def seeds(project: Project) -> str:
    return json.dumps(project.rows("select statements, segment from profiles.seed_instructions"))


def assert_every_row_is_in_a_cluster(project: Project) -> None:
    train, clustered, unclustered = project.rows(
        f"select (select count(*) from {TRAIN}), count(*), "
        "count(*) filter (where cluster_id is null) from intermediate.int_loans__clustered"
    )[0]
    assert (clustered, unclustered) == (train, 0)


def test_a_zip_code_of_one_borrower_is_named_nowhere(loans, tmp_path):
    project = Project(tmp_path, loans)
    # A seed of the row's own split is needed: the planted row may fall into either.
    for seed in (42, 43, 44, 45):
        built = project.build("+seed_instructions", random_seed=seed, holdout_fraction=0.05)
        assert built.returncode == 0, built.stdout
        if project.rows(f"select 1 from {TRAIN} where zip_code = '{PLANTED}'"):
            break
    assert PLANTED not in seeds(project)
    assert project.rows(
        f"select count(*) from {TRAIN} as loans "
        "inner join intermediate.int_loans__segments as segments using (loan_id) "
        f"where loans.zip_code = '{PLANTED}' and segments.zip_code <> loans.zip_code"
    ) == [(1,)]
    assert_every_row_is_in_a_cluster(project)
    small = project.rows(
        "select loan_status, count(*), sum(n_rows) from profiles.clusters "
        "where n_rows < 100 group by all"
    )
    assert all(clusters == 1 for _, clusters, _ in small)


@pytest.mark.parametrize(
    "keys", [["grade", "emp_length", "loan_status"], ["emp_length", "grade", "loan_status"]]
)
def test_rows_without_a_segment_key_are_a_level_of_it(loans, tmp_path, keys):
    project = Project(tmp_path, loans)
    built = project.build("+seed_instructions", segment_keys=keys)
    assert built.returncode == 0, built.stdout
    assert_every_row_is_in_a_cluster(project)
    assert project.rows(f"select 1 from {TRAIN} where emp_length is null")
    assert "(missing)" in {value for (value,) in project.rows(
        "select value from profiles.segment_shares where variable = 'emp_length'"
    )}  # fmt: skip
    places = project.rows("select distinct zip_code from profiles.seed_instructions")
    assert all(re.fullmatch("[0-9]{5}", zip_code) for (zip_code,) in places)


@pytest.mark.parametrize("key", ["emp_title", "address"])
def test_a_segment_key_that_works_as_an_identifier_is_refused_with_a_count(loans, tmp_path, key):
    project = Project(tmp_path, loans)
    built = project.build("+seed_instructions", segment_keys=["grade", key, "loan_status"])
    assert built.returncode != 0
    said = re.search(rf"var segment_keys names {key}, .* ([0-9,]+) of its ([0-9,]+)", built.stdout)
    rare, values = (int(number.replace(",", "")) for number in said.groups())
    assert 0 < rare <= values
    assert not (tmp_path / "exports" / "SeedsInstructions.json").exists()
