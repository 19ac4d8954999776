"""One whole build of a file with everything that files in the wild have, and its last lines."""

import json
import os

import duckdb
import pytest

import forked
from checks.made_loans import NAMES, loans

ROWS = 900
NO_ZIP, TOO_RICH = 9, 9
SMALL = {
    "target_rows": 300,
    "max_fit_rows": 1000,
    "max_privacy_rows": 200,
    "latest_year": 2026,
    "extend_domains": {"loan_status": ["Current"], "term": [48]},
    "generator": "offline",
}


def dirty() -> bytes:
    """A Windows-1252 file of semicolons and decimal commas with a title line and footer lines."""
    lines = ["Notes offered by Prospectus", ";".join(NAMES)]
    for n, row in enumerate(loans(ROWS, seed=11)):
        month, year = row["issue_d"].split("-")
        row |= {
            "mort_acc": "n/a",
            "revol_util": "",
            "pub_rec_bankruptcies": "0",
            "emp_title": "Café manager’s aide" if n % 7 else "NA",
            "issue_d": f"{month}-{year[2:]}" if n % 2 else f"{year[2:]}-{month}",
            "int_rate": f"{row['int_rate']:.2f}%",
            "annual_inc": 1e299 if n % 100 == 0 else f"${row['annual_inc']:_.0f}".replace("_", "."),
        }
        if n % 4 == 1:
            row["loan_status"] = "Current"
        if n % 5 == 1:
            row["term"] = "48 months"
        if n % 100 == 50:
            row["address"] = "1 Elm Street"
        elif n % 3 == 1:
            row["address"] += "-1234"
        cells = [
            value
            if name == "annual_inc"
            else str(value).replace(".", ",")
            if name in ("loan_amnt", "int_rate", "installment", "dti", "revol_bal", "open_acc")
            else value
            for name, value in row.items()
        ]
        lines.append(";".join(f'"{cell}"' for cell in cells))
    lines += ["", "Total amount funded: 6417608175"]
    return "\n".join(lines).encode("cp1252")


class Build:
    """What one `dbt build` into a folder said and left."""

    def __init__(self, root, folder, content: bytes, **variables: object):
        path = folder / "loans [1].csv"
        path.write_bytes(content)
        self.database = folder / "my loans-2.duckdb"
        given = {**SMALL, "export_dir": str(folder / "exports"), **variables}
        environment = {
            **os.environ,
            "LIKENESS_DB": str(self.database),
            "LOANS_PATH": str(path),
            "DBT_PROFILES_DIR": str(root),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }
        command = [
            "--no-use-colors",
            "build",
            "--exclude-resource-type",
            "unit_test",
            "--vars",
            json.dumps(given),
        ]
        done = forked.run("dbt.cli.main", command, cwd=root, env=environment)
        self.code, self.said = done.returncode, done.stdout + done.stderr

    def rows(self, sql: str) -> list[tuple]:
        """All rows of a query."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    return Build(root, tmp_path_factory.mktemp("dirty"), dirty())


def test_the_build_ends_well_and_says_what_it_found(built):
    assert "Traceback" not in built.said
    assert built.code == 0, built.said[-3000:]
    assert (
        "loans [1].csv: Windows-1252, fields between semicolons, header in line 2, "
        "1 footer line left out, decimal commas" in built.said
    )


def test_every_row_left_out_is_said_with_its_reason(built):
    said = built.said
    assert f"left out   {NO_ZIP + TOO_RICH} of {ROWS} rows" in said
    assert f"address has no zip code in {NO_ZIP}; annual_inc is out of bounds in {TOO_RICH}" in said
    assert dict(
        built.rows("select reason, count(*) from staging.stg_loans__excluded group by reason")
    ) == {"address has no zip code": NO_ZIP, "annual_inc is out of bounds": TOO_RICH}


def test_exports_give_no_count_below_the_minimum(built):
    page = next(built.database.parent.glob("exports/report.html")).read_text(encoding="utf-8")
    assert "fewer than 20" in page
    assert f"out of bounds</td><td>{TOO_RICH}<" not in page.replace(" ", "")


def test_the_values_are_read(built):
    ((rows, months, income, filled, titles),) = built.rows(
        "select count(*), count(distinct extract(year from issue_d)), max(annual_inc), "
        "count(mort_acc) + count(revol_util), count(*) filter (where emp_title = 'NA') "
        "from staging.stg_loans"
    )
    assert rows == ROWS - NO_ZIP - TOO_RICH
    assert months == 5
    assert income <= 150_000
    assert filled == 0
    assert titles > 100


def test_columns_without_values_are_drawn_so_and_left_out_with_a_reason(built):
    assert built.rows("select count(mort_acc), count(revol_util) from marts.synthetic_loans") == [
        (0, 0)
    ]
    left_out = dict(
        built.rows(
            "select variable, importance_reason from marts.comparison_columns "
            "where importance_reason is not null"
        )
    )
    assert left_out["mort_acc"] == left_out["revol_util"] == "left out: no values"
    assert left_out["pub_rec_bankruptcies"] == "left out: constant"


def test_added_values_of_a_domain_are_drawn(built):
    drawn = built.rows("select distinct loan_status, term from marts.synthetic_loans_typed")
    assert {status for status, _ in drawn} == {"Fully Paid", "Charged Off", "Current"}
    assert {term for _, term in drawn} == {36, 48, 60}
