"""From a file of another table to a green build, by the commands of docs/own-table.md."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest

import forked
from checks.project import ROOT

ROWS = 3000
NAMES = ["customer id", "order", "a/b amount", "net", "tax", "total", "the buyer's kind", "paid"]


def write_table(path: Path) -> None:
    """Customers of nobody: names with signs, a sum, an identifier, missing values, apostrophes."""
    rng = np.random.default_rng(7)
    kinds = np.array(["new", "it's back", "old, loyal"], dtype=object)
    kind = rng.choice(3, ROWS, p=[0.5, 0.3, 0.2])
    net = np.round(rng.gamma(2, 40, ROWS) * (1 + kind), 2)
    tax = np.round(net * rng.choice([0.07, 0.19], ROWS), 2)
    paid = rng.random(ROWS) < 1 / (1 + np.exp(0.01 * net - 1))
    amount = np.where(rng.random(ROWS) < 0.1, np.nan, np.round(net * rng.normal(1, 0.1, ROWS), 3))
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(NAMES)
        for n in range(ROWS):
            shown = "" if np.isnan(amount[n]) else amount[n]
            writer.writerow(
                [
                    f"C-{10_000 + 7 * n}",
                    int(rng.integers(1, 40)),
                    shown,
                    net[n],
                    tax[n],
                    round(net[n] + tax[n], 2),
                    kinds[kind[n]],
                    "yes" if paid[n] else "no",
                ]
            )


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """The project that new-table writes, built."""
    folder = tmp_path_factory.mktemp("tables")
    write_table(folder / "customers.csv")
    made = folder / "customers"
    command = ["new-table", "--from", str(folder / "customers.csv"), "--to", str(made)]
    command += ["--record", "customer,customers", "--target", "paid"]
    said = forked.run("likeness.cli", command, cwd=ROOT, env=os.environ)
    assert said.returncode == 0, said.stderr
    subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "dbt_packages.py"), str(made)], check=True
    )
    return made


@pytest.fixture(scope="module")
def built(project):
    environment = os.environ | {"DBT_PROFILES_DIR": ".", "LIKENESS_DB": "customers.duckdb"}
    command = ["--no-use-colors", "build"]
    return forked.run("dbt.cli.main", command, cwd=project, env=environment)


def rows(project: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(project / "customers.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_another_table_builds_green_and_is_called_what_it_is(built):
    assert built.returncode == 0, built.stdout[-5000:]
    assert f"Made {ROWS} synthetic customers from" in built.stdout
    assert " 0 fail" in built.stdout


def test_its_rows_have_its_columns_formulas_and_fresh_identifiers(project, built):
    made = rows(project, "describe marts.synthetic_loans")
    assert [row[0] for row in made][: len(NAMES)] == NAMES
    assert rows(
        project,
        'select count(*), count(distinct "customer id"), count(*) filter (where '
        'round("net" + "tax", 2) <> "total") from marts.synthetic_loans',
    ) == [(ROWS, ROWS, 0)]
    assert rows(
        project, 'select distinct "the buyer\'s kind" from marts.synthetic_loans order by 1'
    ) == [
        ("it's back",),
        ("new",),
        ("old, loyal",),
    ]


def test_its_exports_are_a_set_of_one_build(project, built):
    manifest = json.loads((project / "exports" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["source"]["name"] == "customers.csv"
    assert (project / "exports" / "report.html").is_file()
