"""`make build` repeats while rows are missing; `make plan`, `make prompts` read current seeds."""

import json
import subprocess

import duckdb
import pytest
import yaml

from fakes.project import FIELDS, ROOT, seed_text
from likeness.builds.provenance.digest import file_digest
from likeness.builds.provenance.stamp import seeds_stamp
from likeness.cli import commands, progress, seeds_database
from likeness.cli.__main__ import main
from likeness.llm.core.rounds import write_accepted

DEFAULTS = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]
NAMED = ("max_annual_inc", "min_annual_inc", "max_revol_util", "emi_rounding", "emi_tolerance")
# The generator, and the vars that rules and formulas name.
STAMPED = {"generator": "openai"} | {name: DEFAULTS[name] for name in NAMED}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A database with a plan for one seed, and vars that point into it."""
    database = tmp_path / "likeness.duckdb"
    source = tmp_path / "loans.csv"
    source.write_text("loan_amnt\n1000\n")
    monkeypatch.setenv("LIKENESS_DB", str(database))
    monkeypatch.setenv("LOANS_PATH", str(source))
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(seeds_database, "SCRATCH", tmp_path / "scratch")
    with duckdb.connect(str(database)) as connection:
        for schema in ("synthetic", "seeds", "profiles", "raw", "intermediate"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            "create table synthetic.synthesis_plan as select 'openai' as generator, 3 as seed_id, "
            "cast(? as varchar) as seed_text, cast(5 as bigint) as rows_asked",
            [seed_text(3)],
        )
        connection.execute(
            "create table profiles.source_rules as select 'r' as rule_id, 'realism' as category, "
            "'no loan is issued on a whim' as sentence, 2 as penalty"
        )
        connection.execute(
            "create table profiles.part_shares as select 'emp_length' as variable, "
            "unnest(['10+ years', '(other)']) as category, unnest([0.33, 0.67]) as share"
        )
        connection.execute(
            "create table profiles.rule_context as select 'r' as name, 'sub_grade' as "
            "within_column, 'B2' as within_value, 'int_rate' as value_column, 9::double as low, "
            "13::double as high, cast(null as varchar) as pattern"
        )
        fields = ROOT / "seeds" / "fields.csv"
        connection.execute(
            f"create table seeds.fields as from read_csv('{fields}', all_varchar=true)"
        )
        columns = ", ".join(f'"{field.name}" varchar' for field in FIELDS)
        connection.execute(f"create table raw.loans ({columns})")
        connection.execute(
            "create table raw.source_identity as select cast(? as varchar) as name, "
            "cast(? as varchar) as digest, timestamp '2026-01-02 03:04:05' as built_at",
            [str(source), file_digest(source)],
        )
        connection.execute(
            "create table intermediate.table_sources as select 'model.likeness.' || "
            "unnest(['seed_instructions', 'synthesis_plan', 'source_rules', 'part_shares', "
            "'rule_context']) as node, "
            "cast(? as varchar) as source, cast(? as varchar) as stamp, "
            "cast(null as varchar) as pending",
            [file_digest(source), seeds_stamp(STAMPED)],
        )
    given = tmp_path / "vars.yml"
    given.write_text(
        f"generator: openai\nbase_url: http://127.0.0.1:9/v1\njournal_dir: {tmp_path / 'journal'}\n"
        "price_in: 1.0\nprice_out: 2.0\n"
    )
    return given


def test_plan_says_what_it_would_ask_and_cost(project, capsys):
    assert main(["plan", "--vars", str(project)]) == 0
    said = capsys.readouterr().out
    assert "5 rows for 1 seeds" in said
    assert "1 requests, about" in said
    assert "at the prices given" in said


@pytest.fixture
def asked(monkeypatch) -> list[tuple[list[str], dict]]:
    """The calls of dbt that would make seeds; each fails."""
    calls = []

    def dbt(command, env, check):
        calls.append((command, env))
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(seeds_database.subprocess, "run", dbt)
    return calls


@pytest.mark.parametrize("why", ["other generator", "pending", "other seeds", "no database"])
@pytest.mark.parametrize("verb", ["plan", "prompts"])
def test_without_current_seeds_they_are_made_in_a_scratch_database(
    project, asked, tmp_path, monkeypatch, verb, why
):
    if why == "other generator":
        project.write_text(project.read_text().replace("openai", "sds"))
    elif why == "no database":
        monkeypatch.setenv("LIKENESS_DB", str(tmp_path / "none.duckdb"))
    else:
        column = {"pending": "pending", "other seeds": "stamp"}[why]
        with duckdb.connect(commands.database()) as connection:
            connection.execute(
                f"""update intermediate.table_sources set {column} = '{{"files": 1}}'"""
            )
    assert main([verb, "--vars", str(project)]) == 1
    ((command, environment),) = asked
    assert environment["LIKENESS_DB"] == str(tmp_path / "scratch" / "likeness.duckdb")
    assert "+synthesis_plan" in command
    given = json.loads(command[command.index("--vars") + 1])
    assert given["export_dir"] == str(tmp_path / "scratch" / "exports")


@pytest.mark.parametrize("verb", ["plan", "prompts"])
@pytest.mark.parametrize("generator", ["openai", "offline"])
def test_over_another_source_they_stop_and_name_both(
    project, asked, tmp_path, monkeypatch, capsys, verb, generator
):
    other = tmp_path / "other.csv"
    other.write_text("loan_amnt\n2000\n")
    monkeypatch.setenv("LOANS_PATH", str(other))
    project.write_text(project.read_text().replace("openai", generator))
    assert main([verb, "--vars", str(project)]) == 1
    said = capsys.readouterr().out
    assert f"LOANS_PATH is {other}" in said
    assert f"made from {tmp_path / 'loans.csv'} (built 2026-01-02 03:04)" in said
    assert not asked


def test_plan_without_a_model_costs_nothing(project, capsys):
    project.write_text("generator: offline\n")
    assert main(["plan", "--vars", str(project)]) == 0
    assert "no language model is asked" in capsys.readouterr().out


def test_plan_says_that_a_judge_alone_is_paid_too(project, capsys):
    project.write_text("generator: offline\njudge: openai\nbase_url: http://127.0.0.1:9/v1\n")
    assert main(["plan", "--vars", str(project)]) == 0
    said = capsys.readouterr().out
    assert "judge is openai: each row that forms and rules accept is sent to it once" in said


def test_plan_refuses_an_example_from_the_source(project, capsys):
    example = json.loads((ROOT / "data" / "example_loans.json").read_text())[1]
    with duckdb.connect(commands.database()) as connection:
        marks = ", ".join("cast(? as varchar)" for _ in example)
        connection.execute(f"insert into raw.loans values ({marks})", list(example.values()))
    assert main(["plan", "--vars", str(project)]) == 1
    assert "line 3: this example is a row of the source file" in capsys.readouterr().out


def test_prompts_shows_what_a_seed_sends(project, capsys):
    assert main(["prompts", "--seed", "3", "--vars", str(project)]) == 0
    said = capsys.readouterr().out
    assert "Write 5 new records" in said
    assert "grade=D" in said
    assert said.count("no loan is issued on a whim") == 2
    assert said.count("- Range of int_rate by sub_grade: B2=9..13.") == 2
    assert said.count("Shares over all records: 10+ years=0.33.") == 1
    assert main(["prompts", "--seed", "4", "--vars", str(project)]) == 1
    assert "There is no seed 4" in capsys.readouterr().out


def test_the_last_line_names_the_commonest_failure(project, monkeypatch, capsys, tmp_path):
    def dbt(command, check):
        write_accepted(tmp_path / "journal", [("k", 1)])
        with duckdb.connect(commands.database()) as connection:
            connection.execute(
                "create or replace table synthetic.generation_run as select 40 as rows_missing, "
                "cast(null as varchar) as stopped, 'It knows no such model.' as commonest_failure"
            )
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(progress.subprocess, "run", dbt)
    project.write_text(project.read_text() + "max_rounds: 1\n")
    assert main(["build", "--vars", str(project)]) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == (
        "40 rows are still missing after round 1. It knows no such model. Build again to go on."
    )


@pytest.mark.parametrize(
    ("missing", "stopped", "code", "builds", "said"),
    [
        ([0], None, 0, 1, ""),
        ([40, 7, 0], None, 0, 3, "40 rows are still missing after round 1: asking for them."),
        ([40, 7, 2, 0], None, 0, 3, "2 rows are still missing after round 3."),
        ([40, 40, 0], None, 0, 2, "40 rows are still missing after round 2."),
        ([40, 0], "max_requests is 3", 0, 1, "max_requests is 3"),
        ([40, 0], None, 1, 2, "asking for them"),
        ([None], None, 1, 1, ""),
    ],
)
def test_build_repeats_while_rows_come(
    project, monkeypatch, capsys, tmp_path, missing, stopped, code, builds, said
):
    left = list(missing)
    calls = []

    def dbt(command, check):
        calls.append(command)
        now = left.pop(0)
        if now is not None:
            write_accepted(tmp_path / "journal", [("k", len(calls))])
            with duckdb.connect(commands.database()) as connection:
                connection.execute(
                    "create or replace table synthetic.generation_run as "
                    "select cast(? as bigint) as rows_missing, cast(? as varchar) as stopped",
                    [now, stopped],
                )
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr(progress.subprocess, "run", dbt)
    assert main(["build", "--vars", str(project)]) == code
    assert len(calls) == builds
    assert calls[0][1:-1] == ["build", *commands.NO_UNIT_TESTS, "--vars"]
    assert said in capsys.readouterr().out
