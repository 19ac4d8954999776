"""Likeness as a package of another dbt project, by the commands of docs/as-a-package.md.

The project has models of its own, two of them named as tables of Likeness are, and two tables to
copy: a model of its own, and a folder of Parquet files.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml

import forked
from checks.project import ROOT
from fakes.openai_server import FakeOpenAI, Seen

ROWS = 600
VARS = "likeness/customers/vars.yml"
PROJECT = """
name: acme
version: 1.0.0
config-version: 2
profile: acme

models:
  acme:
    +materialized: table   # not views

vars:
  # the first day that counts
  start: 2020-01-01
"""
PROFILE = """
acme:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: acme.duckdb
      threads: 2
      plugins: [{module: likeness.dbt_plugin}]
"""
MODELS = {
    "raw_book": f"select * from read_csv('book.csv') where amount < {{{{ var('most', {10**9}) }}}}",
    "loan_book": "select * from {{ ref('raw_book') }}",
    "report": "select count(*) as n from {{ ref('loan_book') }}",
    "stg_loans": "select 1 as x",
    "brief": "{{ config(materialized='ephemeral') }} select * from {{ ref('loan_book') }}",
}
SOURCES = "sources: [{name: lending, schema: main, tables: [{name: raw_book}]}]\n"
READ = ("fields", "business_rules", "formulas", "loans", "stg_loans__typed", "stg_loans")


def book(rng: np.random.Generator) -> pd.DataFrame:
    """Loans whose rate and outcome follow their class."""
    risk = rng.choice(3, ROWS)
    amount = 500 * rng.integers(2, 60, ROWS)
    rate = np.round(5 + 4 * risk + rng.normal(0, 0.4, ROWS), 1)
    bad = rng.random(ROWS) < 0.1 + 0.3 * risk
    return pd.DataFrame(
        {
            "loan_no": [f"L{100_000 + 13 * n}" for n in range(ROWS)],
            "class": np.array(list("abc"))[risk],
            "amount": amount,
            "rate": rate,
            "outcome": np.where(bad, "lost", "paid"),
        }
    )


def customers(rng: np.random.Generator) -> pd.DataFrame:
    """Customers of two kinds with a fee that is a share of what they spend."""
    kind = rng.choice(2, ROWS, p=[0.6, 0.4])
    spent = np.round(rng.gamma(4, 30, ROWS) * (1 + kind), 2)
    left = rng.random(ROWS) < np.where(kind == 1, 0.7, 0.25)
    return pd.DataFrame(
        {
            "customer": rng.permutation(ROWS) + 7_000_000,
            "kind": np.array(["shop", "web"])[kind],
            "spent": spent,
            "left": np.where(left, "yes", "no"),
        }
    )


class Host:
    """The project's folder, with dbt and likeness called in it as a user does."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.environment = os.environ | {"DBT_PROFILES_DIR": "."}
        for name in ("LIKENESS_DB", "LOANS_PATH", "DBT_TARGET_PATH"):
            self.environment.pop(name, None)

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess:
        given = ["--no-use-colors", *arguments]
        return forked.run("dbt.cli.main", given, cwd=self.folder, env=self.environment)

    def likeness(self, *arguments: str) -> subprocess.CompletedProcess:
        return forked.run("likeness.cli", arguments, cwd=self.folder, env=self.environment)

    def rows(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.folder / "acme.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def state(self, prefix: str) -> dict[str, str]:
        """A digest of each table under a prefix, and of each exported file."""
        tables = self.rows(
            "select schema_name || '.' || table_name from duckdb_tables() "
            f"where starts_with(schema_name, '{prefix}')"
        )
        digests = {
            name: str(self.rows(f"select count(*), bit_xor(hash(t)) from {name} as t"))
            for (name,) in tables
        }
        for path in sorted((self.folder / "exports" / prefix.rstrip("_")).rglob("*.*")):
            digests[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return digests


@pytest.fixture(scope="module")
def host(tmp_path_factory) -> Host:
    folder = tmp_path_factory.mktemp("acme")
    rng = np.random.default_rng(5)
    book(rng).to_csv(folder / "book.csv", index=False)
    (folder / "customers").mkdir()
    made = customers(rng)
    with duckdb.connect() as connection:
        connection.register("made", made)
        for number, rows in enumerate(("limit 250", "offset 250")):
            path = folder / "customers" / f"part{number}.parquet"
            connection.execute(f"copy (from made {rows}) to '{path}' (format parquet)")
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILE)
    (folder / "packages.yml").write_text(f"packages:\n  - local: {ROOT}\n")
    (folder / "models").mkdir()
    for name, sql in MODELS.items():
        (folder / "models" / f"{name}.sql").write_text(sql)
    (folder / "models" / "sources.yml").write_text(SOURCES)
    subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "dbt_packages.py"), str(folder)], check=True
    )
    return Host(folder)


@pytest.fixture(scope="module")
def own_models(host):
    """What dbt said of the project's own models, before it has any table of Likeness."""
    return host.dbt("build", "-s", "package:acme")


@pytest.fixture(scope="module")
def first(host, own_models):
    """What new-table and a plain `dbt build` said of the first table, a model."""
    said = host.likeness(
        "new-table", "--model", "loan_book", "--record", "loan,loans", "--target", "outcome"
    )
    return said, host.dbt("build")


@pytest.fixture(scope="module")
def second(host, first):
    """What new-table and the build of the second table said, and the first one's state before."""
    before = host.state("loan_book_")
    command = ["new-table", "--from", "customers", "--name", "customers", "--target", "left"]
    said = host.likeness(*command, "--record", "customer,customers")
    given = (host.folder / VARS).read_text(encoding="utf-8")
    # Whether this one has figures too says nothing of the first.
    selected = ["-s", "+package:likeness", "--exclude", "report"]
    return said, host.dbt("build", "--vars", given, *selected), before


def test_the_projects_own_models_build_without_a_word_of_likeness(host, own_models):
    assert own_models.returncode == 0, own_models.stdout[-3000:]
    assert host.rows("select distinct schema_name from duckdb_tables()") == [("main",)]


def test_a_plain_build_makes_the_model_and_then_its_copy(host, first):
    said, built = first
    assert said.returncode == 0, said.stderr
    assert "600 rows of 5 columns" in said.stdout
    assert "Before that" not in said.stdout
    assert built.returncode == 0, built.stdout[-5000:]
    assert f"Made {ROWS} synthetic loans from ref('loan_book')" in built.stdout
    manifest = json.loads((host.folder / "target" / "manifest.json").read_text())
    parents = manifest["parent_map"]
    assert "model.acme.loan_book" in parents["model.likeness.loans"]
    of_likeness = {name: up for name, up in parents.items() if ".likeness." in name}
    of_host = {name for up in of_likeness.values() for name in up if ".acme." in name}
    assert of_host == {"model.acme.loan_book"}


def test_vars_join_those_of_the_project_and_nothing_else_changes(host, first):
    text = (host.folder / "dbt_project.yml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    assert "# not views" in text
    assert "# the first day that counts" in text
    assert content["vars"].pop("likeness")["source_relation"] == {"ref": "loan_book"}
    assert content == yaml.safe_load(PROJECT)


def test_the_second_table_touches_nothing_of_the_first(host, second):
    said, built, before = second
    assert said.returncode == 0, said.stderr
    assert f"likeness build --vars {VARS}" in said.stdout
    assert built.returncode == 0, built.stdout[-5000:]
    assert f"Made {ROWS} synthetic customers from customers;" in built.stdout
    assert len(before) > 60
    assert host.state("loan_book_") == before
    for name, column in (("loan_book", "class"), ("customers", "kind")):
        manifest = json.loads((host.folder / "exports" / name / "manifest.json").read_text())
        assert manifest["source"]["rows"] == ROWS
        kinds = host.rows(f"select count(distinct {column}) from {name}_marts.synthetic_loans")
        assert kinds in ([(3,)], [(2,)])


def test_both_are_audited(host, second):
    for given in ((), ("--vars", VARS)):
        said = host.likeness("audit", *given)
        assert said.returncode == 0, said.stdout
        assert "audit: green" in said.stdout
    other = host.folder / "other.yml"
    other.write_text("schema_prefix: nobody_\n")
    said = host.likeness("audit", "--vars", "other.yml")
    assert (said.returncode, said.stdout.count("\n")) == (1, 1)
    assert "nobody_staging.stg_loans" in said.stdout


def test_the_commands_speak_of_the_tables_records(host, second):
    for given, seen, unseen in (
        ((), "new loans", "customers"),
        (("--vars", VARS), "new customers", "loan"),
    ):
        said = host.likeness("prompts", *given)
        assert said.returncode == 0, said.stdout + said.stderr
        assert seen in said.stdout
        assert unseen not in said.stdout
        assert "borrower" not in said.stdout
        assert host.likeness("plan", *given).returncode == 0


@pytest.mark.parametrize(
    ("relation", "name"),
    [
        ({"source": ["lending", "raw_book"]}, "source('lending', 'raw_book')"),
        ({"attach": "other.duckdb", "table": "main.book"}, "main.book of other.duckdb"),
    ],
)
def test_the_same_rows_are_one_source_wherever_they_lie(host, second, relation, name):
    with duckdb.connect(str(host.folder / "other.duckdb")) as connection:
        book_csv = host.folder / "book.csv"
        connection.execute(f"create or replace table book as from read_csv('{book_csv}')")
    given = {"source_relation": relation, "schema_prefix": "third_", "export_dir": "exports/third"}
    said = host.dbt("build", "-s", *READ, "--vars", json.dumps(given))
    assert said.returncode == 0, said.stdout[-3000:]
    made = host.rows("select name, digest, rows from third_raw.source_identity")
    ((digest,),) = host.rows("select digest from loan_book_raw.source_identity")
    assert made == [(name, digest, ROWS)]
    assert host.rows("select count(*) from third_staging.stg_loans") == [(ROWS,)]


@pytest.mark.parametrize(
    ("relation", "said"),
    [
        ({"reff": "loan_book"}, "it must be {ref: model}, {source: [name, table]} or"),
        ({"ref": "brief"}, "brief, which is ephemeral and so no table"),
        ({"attach": "none.duckdb", "table": "t"}, "attaches none.duckdb: there is no such file"),
        ({"attach": "postgres:dbname=x", "table": "t"}, "extension postgres is not installed"),
    ],
)
def test_a_source_that_is_none_stops_in_one_sentence(host, second, relation, said):
    made = host.dbt("build", "-s", *READ, "--vars", json.dumps({"source_relation": relation}))
    assert made.returncode != 0
    assert said in made.stdout
    assert "Traceback" not in made.stdout


def test_a_profile_without_the_plugin_is_one_sentence(host, second):
    profile = host.folder / "profiles.yml"
    profile.write_text(PROFILE.replace("plugins", "extensions").replace("[{module:", "[] #"))
    try:
        made = host.dbt("build", "-s", *READ)
    finally:
        profile.write_text(PROFILE)
    assert made.returncode != 0
    assert "profile acme, output dev does not load the plugin of Likeness: add" in made.stdout


class Model(FakeOpenAI):
    """A server whose model writes customers."""

    def content(self, seen: Seen, text: str) -> str:
        kinds = re.findall(r"\b(shop|web)\b", seen.seed) or ["shop"]
        rows = [
            {"customer": 9_000_000 + n, "kind": kinds[0], "spent": 100.5 + n, "left": "no"}
            for n in range(seen.rows)
        ]
        return json.dumps({"rows": rows})


def test_a_language_model_is_asked_for_the_tables_records(host, second):
    given = yaml.safe_load((host.folder / VARS).read_text(encoding="utf-8"))
    before = host.state("loan_book_")
    with Model() as server:
        given |= {"generator": "openai", "base_url": server.base_url, "model_id": "m"}
        selected = ["-s", "+generation_run,package:likeness", "--exclude-resource-type", "test"]
        said = host.dbt("build", *selected, "--vars", json.dumps(given))
        assert said.returncode == 0, said.stdout[-3000:]
        (guidelines,) = server.guidelines
    assert "each stands for one customer" in guidelines
    assert not re.search("loan|borrower|lender", guidelines)
    (received,) = host.rows("select count(*) from customers_synthetic.synthetic_responses")
    assert received == (sum(seen.rows for seen in server.seen),)
    assert (host.folder / "journal" / "customers").is_dir()
    assert host.state("loan_book_") == before


def test_models_of_the_same_name_are_nobodys_tables_but_the_projects(host, second):
    assert host.rows("select n from main.report") == [(ROWS,)]
    assert host.rows("select count(*) from loan_book_staging.stg_loans") == [(ROWS,)]
    tests = json.loads((host.folder / "target" / "manifest.json").read_text())["nodes"].values()
    read = {
        name
        for node in tests
        if node["resource_type"] == "test" and node["package_name"] == "likeness"
        for name in node["depends_on"]["nodes"]
    }
    assert len(read) > 40
    assert not [name for name in read if ".acme." in name]


def test_rows_that_changed_stop_a_part_of_a_build_and_no_other_work(host, second):
    fewer = json.dumps({"most": 20_000})
    assert host.dbt("build", "-s", "raw_book", "loan_book", "--vars", fewer).returncode == 0
    before = host.state("loan_book_")
    said = host.dbt("build", "-s", "comparison_moments")
    assert said.returncode != 0
    assert "source_relation is ref('loan_book'), but the tables" in said.stdout
    assert "dbt build -s package:likeness" in said.stdout
    assert host.dbt("test", "-s", "stg_loans_has_rows").returncode == 0
    assert host.state("loan_book_") == before


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["--model", "loan_bok"], "has no model, seed or snapshot loan_bok"),
        (["--source", "lending.loans"], "has no such source; write name.table"),
        (["--from", "nothing.csv"], "there is no such file"),
        (["--from", "acme.duckdb"], "is a database: give --table"),
        (["--from", "acme.duckdb", "--table", "main.nothing"], "nothing does not exist"),
        (["--from", "postgres:dbname=x", "--table", "public.t"], "extension postgres is not"),
        (["--model", "loan_book"], "likeness/loan_book is not empty"),
        (["--model", "loan_book", "--to", "x"], "leave --to away"),
    ],
)
def test_what_cannot_be_drafted_is_one_sentence_and_leaves_nothing(host, second, command, said):
    before = sorted(path.name for path in (host.folder / "likeness").iterdir())
    made = host.likeness("new-table", *command)
    assert made.returncode == 1
    assert made.stderr.count("\n") == 1
    assert said in made.stderr
    assert sorted(path.name for path in (host.folder / "likeness").iterdir()) == before
