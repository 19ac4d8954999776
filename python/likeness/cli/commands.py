"""The verbs around a build: plan, prompts, build."""

import argparse
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from likeness import warehouse
from likeness.cli.ending import ending
from likeness.cli.progress import run_dbt
from likeness.cli.seeds_database import NoSeeds, refuse_other_source, seeds_database
from likeness.llm.build import BACKENDS
from likeness.llm.core.backend import Failed
from likeness.llm.core.examples import BadExample, load_examples
from likeness.llm.core.journal import JournalError
from likeness.llm.core.options import Options
from likeness.llm.core.prompts import Prompts, rules_from_rows
from likeness.llm.core.rounds import ACCEPTED
from likeness.llm.tables import Profiles, make_build
from likeness.schema.fields import fields_from_rows
from likeness.schema.given import file_vars, read_vars
from likeness.warehouse.profile import project_database

OFFLINE = "generator is {}: no language model is asked, and nothing costs anything."
JUDGED = (
    "generator is {generator}: no language model writes rows. judge is {judge}: each row that "
    "forms and rules accept is sent to it once."
)
PROJECT = "dbt_project.yml"
NO_UNIT_TESTS = ("--exclude", "package:likeness,resource_type:unit_test")
RULE = "-" * 30


def database() -> str:
    """The path of the project's DuckDB file. Raises ValueError where its profile names none."""
    return project_database(PROJECT)


def add_plan(subparsers: argparse._SubParsersAction) -> None:
    """Add the verb `plan`."""
    verb = subparsers.add_parser("plan", help="requests, rows, tokens and price before spending")
    _add_vars(verb)
    verb.set_defaults(run=lambda parsed: _guarded(show_plan, parsed))


def add_prompts(subparsers: argparse._SubParsersAction) -> None:
    """Add the verb `prompts`."""
    verb = subparsers.add_parser("prompts", help="the text that a model gets for a seed")
    verb.add_argument("--seed", type=int, default=1, metavar="ID", help="a seed's seed_id")
    _add_vars(verb)
    verb.set_defaults(run=lambda parsed: _guarded(show_prompts, parsed))


def add_build(subparsers: argparse._SubParsersAction) -> None:
    """Add the verb `build`."""
    verb = subparsers.add_parser("build", help="dbt build, again while a model still owes rows")
    _add_vars(verb)
    verb.set_defaults(run=lambda parsed: _guarded(run_build, parsed))


def show_plan(parsed: argparse.Namespace) -> int:
    """Print what a build would ask and cost."""
    given = read_vars(PROJECT, parsed.vars)
    backend = given["generator"]
    own = file_vars(parsed.vars)
    refuse_other_source(database(), given, own)
    if backend not in BACKENDS:
        print(OFFLINE.format(backend) if given["judge"] not in BACKENDS else JUDGED.format(**given))
        return 0
    with warehouse.read_only(seeds_database(database(), given, own)) as connection:
        tables = _Tables(connection, given)
        plan, profiles = tables["synthetic.synthesis_plan"], tables.profiles()
        fields = fields_from_rows(warehouse.records(tables["seeds.fields"]))
        source = tables["raw.loans"]
        build = make_build(connection, plan, fields, profiles, source, backend, given)
        _, lines = build.plan()
    print("\n".join(lines))
    return 0


def show_prompts(parsed: argparse.Namespace) -> int:
    """Print the texts for one seed: guidelines and request for rows, guidelines for scores."""
    given = read_vars(PROJECT, parsed.vars)
    options = Options.from_vars(given)
    path = seeds_database(database(), given, file_vars(parsed.vars))
    with warehouse.read_only(path) as connection:
        tables = _Tables(connection, given)
        fields = fields_from_rows(warehouse.records(tables["seeds.fields"]))
        profiles = tables.profiles()
        rules = rules_from_rows(warehouse.records(profiles.rules.order("rule_id")), given)
        knowledge = profiles.knowledge()
        plan = tables["synthetic.synthesis_plan"].filter(f"seed_id = {parsed.seed}")
        seeds = plan.project("seed_text, rows_asked").fetchall()
    if not seeds:
        print(f"There is no seed {parsed.seed} in synthetic.synthesis_plan.")
        return 1
    (seed_text, rows), *_ = seeds
    prompts = Prompts(
        fields,
        rules,
        criteria=options.criteria,
        folder=options.prompt_dir,
        record=given["record"],
        knowledge=knowledge,
    )
    examples = load_examples(options.example_path, fields) if options.example_path else []
    rows = min(rows, options.rows_per_request or options.rows_per_seed)
    shown = [example.row for example in examples]
    _print_part("guidelines for rows (system)", prompts.generation())
    _print_part("request (user)", prompts.generation_request(seed_text, rows, shown))
    _print_part("guidelines for scores (system)", prompts.evaluation())
    return 0


def run_build(parsed: argparse.Namespace) -> int:
    """Run dbt build; for a language model again, while rows are missing and rounds are left.

    Unit tests of Likeness's own SQL are left out: what they are given is the same in every build.
    The exit code is that of the last dbt build.
    """
    given = read_vars(PROJECT, parsed.vars)
    command = [str(Path(sys.executable).with_name("dbt")), "build", *NO_UNIT_TESTS]
    if parsed.vars:
        command += ["--vars", Path(parsed.vars).read_text(encoding="utf-8")]
    accepted = Path(given["journal_dir"]) / ACCEPTED
    missing_before = None
    for round_ in range(1, given["max_rounds"] + 1):
        finished_before = _changed_at(accepted)
        started = datetime.now(UTC) - timedelta(seconds=1)
        code = run_dbt(command, sys.stdout)
        print(ending(database(), given, started), flush=True)
        if given["generator"] not in BACKENDS or _changed_at(accepted) == finished_before:
            return code
        with warehouse.read_only(database()) as connection:
            run = warehouse.records(_Tables(connection, given)["synthetic.generation_run"])[0]
        missing = run["rows_missing"]
        if not missing:
            return code
        said = f"{missing:,} rows are still missing after round {round_}"
        if run["stopped"] or missing == missing_before or round_ == given["max_rounds"]:
            funnel = f"{given.get('schema_prefix') or ''}marts.generation_funnel"
            why = run["stopped"] or f"The funnel says why: {funnel}."
            failure = run.get("commonest_failure")
            print(f"{said}. {failure or why} Build again to go on.")
            return code
        print(f"{said}: asking for them.")
        missing_before = missing
    return code


class _Tables:
    """The tables of a build by layer and name, under the vars' schema_prefix."""

    def __init__(self, connection: warehouse.Connection, given: Mapping) -> None:
        self._connection = connection
        self._prefix = given.get("schema_prefix") or ""

    def __getitem__(self, name: str) -> warehouse.Relation:
        return self._connection.table(f"{self._prefix}{name}")

    def profiles(self) -> Profiles:
        """What the guidelines are filled from."""
        names = ("source_rules", "part_shares", "rule_context")
        return Profiles(*(self[f"profiles.{name}"] for name in names))


def _add_vars(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--vars", metavar="FILE", help="a file of vars, such as runs/vllm.yml")


def _changed_at(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def _print_part(title: str, text: str) -> None:
    print(f"{RULE} {title} {RULE}\n{text.rstrip()}\n")


def _guarded(verb: Callable[[argparse.Namespace], int], parsed: argparse.Namespace) -> int:
    problems = (BadExample, JournalError, Failed, ValueError, OSError)
    try:
        return verb(parsed)
    except NoSeeds as error:
        if str(error):
            print(error)
    except warehouse.Error as error:
        print(f"{database()}: {warehouse.first_sentence(error)} Has the project been built?")
    except problems as error:
        print(error)
    return 1
