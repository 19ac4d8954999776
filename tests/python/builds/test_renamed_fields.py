"""A copy of the project in which every column has another name builds as green as the project."""

import csv
import gzip
import itertools
import os
import re
import shutil
from pathlib import Path

import duckdb
import pytest

import forked
from checks.project import ROOT

PREFIX = "my_"
LOANS = 4000
# The loans' own files: what names their columns, and all that does.
LISTS = ("seeds/fields.csv", "seeds/business_rules.csv", "seeds/formulas.csv", "seeds/states.csv")
OWN = ("dbt_project.yml", "models/synthetic/emi_validation.sql")
COPIED = ("macros", "models", "prompts", "seeds", "tests/dbt", "analyses", "dbt_packages", "vendor")


@pytest.fixture(scope="module")
def names() -> list[str]:
    with open(ROOT / "seeds" / "fields.csv", newline="", encoding="utf-8") as handle:
        return [row["name"] for row in csv.DictReader(handle)]


@pytest.fixture(scope="module")
def renamed(tmp_path_factory, names) -> Path:
    """The copy, with a file of loans under the new names."""
    folder = tmp_path_factory.mktemp("renamed") / "project"
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
    for name in ("dbt_project.yml", "profiles.yml", "packages.yml"):
        shutil.copy(ROOT / name, folder / name)
    known = re.compile(
        rf"(?<![\w-])({'|'.join(map(re.escape, names))})(?=(?:_generated)?(?![\w-]))"
    )
    yaml = [path.relative_to(folder).as_posix() for path in (folder / "models").rglob("*.yml")]
    for name in (*LISTS, *OWN, *yaml):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        path.write_text(known.sub(rf"{PREFIX}\1", text), encoding="utf-8")
    (folder / "data").mkdir()
    with gzip.open(ROOT / "data" / "loans.csv.gz", "rt", encoding="utf-8", newline="") as handle:
        rows = list(itertools.islice(csv.reader(handle), LOANS + 1))
    with open(folder / "data" / "loans.csv", "w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([[PREFIX + name for name in rows[0]], *rows[1:]])
    return folder


def test_every_column_can_have_another_name(renamed, names):
    environment = os.environ | {
        "DBT_PROFILES_DIR": ".",
        "LIKENESS_DB": "renamed.duckdb",
        "LOANS_PATH": "data/loans.csv",
        "PYTHONPATH": str(ROOT / "python"),
    }
    # Unit tests hold rows of loans in their texts.
    command = ["--no-use-colors", "build", "--exclude", "resource_type:unit_test"]
    done = forked.run("dbt.cli.main", command, cwd=renamed, env=environment)
    assert done.returncode == 0, done.stdout[-5000:]
    assert " 0 fail" in done.stdout
    with duckdb.connect(str(renamed / "renamed.duckdb"), read_only=True) as connection:
        made = connection.execute("select * from marts.synthetic_loans")
        columns = [column[0] for column in made.description]
        count = len(made.fetchall())
    assert columns[:27] == [PREFIX + name for name in names[:27]]
    assert f"{PREFIX}installment_generated" in columns
    assert count > 0.99 * LOANS
