"""Real runs over the database and exports of another source: which stop, what they say and leave.

One whole build of some of the embedded loans is made; each test works on a copy of it.
"""

import csv
import gzip
import hashlib
import itertools
import json
import os
import shutil
import signal
from pathlib import Path

import duckdb
import pytest

import forked
from likeness.builds.provenance import key

LOANS = 1500
SMALL = {"target_rows": 600, "max_fit_rows": 1000, "max_privacy_rows": 200}
NOTHING_ELSE = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
TEST = ("test", "-s", "stg_loans_required_fields_are_filled")
OPENAI = {"generator": "openai", "base_url": "http://127.0.0.1:9/v1", "model_id": "m"}


class Place:
    """A folder with a database, exports and dbt's own files; runs name the source they use."""

    def __init__(self, root: Path, folder: Path):
        self.root = root
        self.folder = folder
        self.database = folder / "likeness.duckdb"
        self.exports = folder / "exports"
        self.vars = {**SMALL, "export_dir": str(self.exports)}

    def start(self, source, *arguments: str, log: str = "none", **changed: object) -> forked.Run:
        """A Python module's process, in the project's root; dbt if `arguments` start with it.

        `log`: the level of what dbt writes into its file of events.
        """
        environment = os.environ | {
            "DBT_PROFILES_DIR": ".",
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "LIKENESS_DB": str(self.database),
            "LOANS_PATH": str(source),
            "DBT_LOG_LEVEL_FILE": log,
        }
        environment.pop("LIKENESS_FINGERPRINT_KEY", None)
        module, *rest = arguments
        if module == "dbt":
            rest += ["--vars", json.dumps(self.vars | changed)]
            module, command = "dbt.cli.main", ["--no-use-colors", *rest]
        else:
            given = self.folder / "vars.yml"
            given.write_text(json.dumps(self.vars | changed))
            module, command = "likeness.cli", [*rest, "--vars", str(given)]
        return forked.start(module, command, cwd=self.root, env=environment)

    def run(self, source, *arguments: str, **changed: object) -> tuple[int, str]:
        """Exit code and output."""
        process = self.start(source, *arguments, **changed)
        said = process.communicate()[0]
        return process.returncode, said

    def copy(self, folder: Path) -> "Place":
        """The same in another folder."""
        shutil.copytree(self.folder, folder)
        return Place(self.root, folder)

    def rows(self, sql: str) -> list[tuple]:
        """All rows of a query."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def change(self, sql: str) -> None:
        """Change the database behind dbt's back."""
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(sql)

    def files(self) -> dict[str, str]:
        """Digests of the database and of every file of the exports."""
        paths = [self.database, *sorted(self.exports.rglob("*"))]
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in paths
            if path.is_file()
        }

    def tables(self) -> dict[str, str]:
        """Digests of all tables that a model made."""
        made = self.rows(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where schema_name <> 'seeds' order by 1"
        )
        return {
            name: hashlib.sha256(repr(self.rows(f"from {name} order by all")).encode()).hexdigest()
            for (name,) in made
        }


@pytest.fixture(scope="module")
def sources(root, tmp_path_factory) -> dict[str, Path]:
    """Two neighbouring sources: `other` lacks one row of `real`."""
    folder = tmp_path_factory.mktemp("sources")
    with gzip.open(root / "data" / "loans.csv.gz", "rt", newline="") as handle:
        header, *rows = itertools.islice(csv.reader(handle), LOANS + 1)
    for name, some in (("real", rows), ("other", rows[1:])):
        with open(folder / f"{name}.csv", "w", newline="") as handle:
            csv.writer(handle).writerows([header, *some])
    return {name: folder / f"{name}.csv" for name in ("real", "other")}


@pytest.fixture(scope="module")
def built(root, sources, tmp_path_factory) -> Place:
    """A whole build of `real`; no test changes it."""
    place = Place(root, tmp_path_factory.mktemp("built"))
    place.said = place.run(sources["real"], "dbt", "build", *NOTHING_ELSE, log="debug")
    assert place.said[0] == 0, place.said[1][-3000:]
    return place


@pytest.fixture
def place(built, tmp_path) -> Place:
    return built.copy(tmp_path / "place")


def stops(outcome: tuple[int, str], *words: object) -> None:
    code, said = outcome
    assert code != 0
    for word in words:
        assert str(word) in said
    assert "START sql" not in said
    assert "START python" not in said


def test_partial_runs_and_tests_over_another_source_stop_and_change_nothing(place, sources):
    before, tables = place.files(), place.tables()
    real, other = sources["real"], sources["other"]
    for arguments in (("build", "-s", "tag:step_1"), TEST):
        outcome = place.run(other, "dbt", *arguments)
        stops(outcome, f"LOANS_PATH is {other}", f"made from {real}")
    stops(place.run(other, "cli", "plan", **OPENAI), f"LOANS_PATH is {other}", real)
    stops(place.run(other, "cli", "prompts", "--seed", "1"), f"LOANS_PATH is {other}", real)
    assert place.tables() == tables
    assert {k: v for k, v in place.files().items() if k != str(place.database)} == {
        k: v for k, v in before.items() if k != str(place.database)
    }


def test_embedded_loans_replace_nothing_in_a_new_shell(place, sources):
    before = place.tables()
    embedded, way = "embedded data/loans.csv.gz", f"set LOANS_PATH={sources['real']}"
    stops(place.run("", "dbt", "build"), embedded, way, "var replace_other_source: true")
    stops(place.run("", "cli", "plan"), embedded, way)
    assert place.tables() == before
    fresh = Place(place.root, place.folder / "fresh")
    fresh.folder.mkdir()
    fresh.vars["export_dir"] = str(place.exports)
    source = {"name": str(sources["real"]), "fingerprint": None, "rows": LOANS}
    place.exports.mkdir(exist_ok=True)
    (place.exports / "manifest.json").write_text(json.dumps({"source": source}))
    stops(fresh.run("", "dbt", "build"), embedded, way, "var replace_other_source: true")


def test_a_renamed_source_is_the_same_and_a_changed_one_is_not(place, sources, tmp_path):
    packed = tmp_path / "packed.csv.gz"
    with gzip.open(packed, "wb") as handle:
        handle.write(sources["real"].read_bytes())
    code, said = place.run(packed, "dbt", "run", "-s", "loans", "stg_loans__typed")
    assert code == 0, said
    with gzip.open(packed, "wb") as handle:
        handle.write(sources["other"].read_bytes())
    stops(place.run(packed, "dbt", *TEST), f"{packed} (built", "which has changed since")


def test_a_whole_build_says_what_it_replaces_and_leaves_no_row_of_it(place, sources):
    place.change(
        "insert into marts.comparison_moments by name "
        "select * replace ('file' as generator) from marts.comparison_moments;"
        "update marts.quality_history set source_fingerprint = '51434b338dd5eb29-300'"
    )
    secret = place.rows("from intermediate.fingerprint_key")
    code, said = place.run(sources["other"], "dbt", "build", *NOTHING_ELSE)
    assert code == 0, said[-3000:]
    sentence = f"This build replaces tables made from {sources['real']} (built "
    lines = [line for line in said.splitlines() if line.strip()]
    where = [number for number, line in enumerate(lines) if sentence in line]
    assert len(where) == 2
    assert where[0] < next(i for i, line in enumerate(lines) if "START sql" in line)
    assert where[1] > len(lines) - 12
    assert f"by those of {sources['other']}." in lines[where[1]]
    assert place.rows("select distinct generator from marts.comparison_moments") == [("offline",)]
    assert place.rows("from intermediate.fingerprint_key") == secret
    old, new = place.rows("select source_fingerprint from marts.quality_history order by built_at")
    assert old != new
    assert "51434b338dd5eb29" not in old[0]
    name, made = old[0].split(":")
    assert new[0].startswith(f"{name}:")
    assert len(made) == 32
    assert place.rows("select count(distinct source) from intermediate.table_sources") == [(1,)]


def test_a_killed_replacement_is_finished_before_anything_else(place, sources):
    process = place.start(sources["other"], "dbt", "run")
    for line in process.stdout:
        if "OK created sql view model staging.stg_loans " in line:
            process.send_signal(signal.SIGKILL)
    process.wait()
    outcome = place.run(sources["other"], "dbt", "test")
    stops(outcome, f"No whole build of {sources['other']} has ended", sources["real"])


def test_plan_and_prompts_change_no_table_and_no_export(place, sources):
    before = place.files()
    scratch = place.root / "target" / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    code, said = place.run(sources["real"], "cli", "prompts", "--seed", "1")
    assert code == 0, said
    assert not scratch.exists()
    ((seeds,),) = place.rows("select count(*) from profiles.seed_instructions")
    for verb in (("prompts", "--seed", "1"), ("plan",)):
        code, said = place.run(
            sources["real"], "cli", *verb, **OPENAI, target_rows=None, num_of_clusters=1
        )
        assert code == 0, said
    assert f"rows for {seeds:,} seeds" in said
    assert "making them in" not in said
    assert (scratch / "likeness.duckdb").is_file()
    assert place.files() == before


def test_the_key_stays_in_the_database(built, sources):
    ((secret,),) = built.rows("from intermediate.fingerprint_key")
    suffixes = (".log", ".json", ".html", ".sql", ".csv")
    texts = [path for path in built.folder.rglob("*") if path.suffix in suffixes]
    assert texts
    assert not [path for path in texts if secret in path.read_text(encoding="utf-8")]
    # What readers get a copy of.
    tables = built.rows(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_schema in ('marts', 'profiles')"
    )
    assert len(tables) > 20
    for (table,) in tables:
        assert secret not in repr(built.rows(f"from {table}"))


def test_a_full_refresh_keeps_the_key_and_a_var_sets_it(place, sources):
    staged = ("dbt", "build", "-s", "+stg_loans", *NOTHING_ELSE)
    before = place.rows("from intermediate.fingerprint_key")
    code, said = place.run(sources["real"], *staged, "--full-refresh")
    assert code == 0, said
    assert place.rows("from intermediate.fingerprint_key") == before
    content = "lower(hex(bit_xor(md5_number_lower(loan_id)))) || '-' || count(*)"
    ((content,),) = place.rows(f"select {content} from staging.stg_loans")
    code, said = place.run(sources["real"], *staged, fingerprint_key="of two databases")
    assert code == 0, said
    (made,) = place.rows("select fingerprint from raw.source_identity")
    assert made == (key.fingerprint("of two databases", content),)
