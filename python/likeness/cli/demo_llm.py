"""`make demo-llm`: a whole build with a language model, whose part a small local server plays."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from likeness import warehouse
from likeness.cli.seeds_database import NODES
from likeness.llm.core.prompts import Knowledge
from likeness.llm.demo.server import MODEL, DemoServer
from likeness.schema.fields import fields_from_rows
from likeness.schema.given import read_vars

FOLDER = Path("target/demo-llm")
DATABASE = FOLDER / "likeness.duckdb"
PROJECT = "dbt_project.yml"


def add_demo_llm(subparsers: argparse._SubParsersAction) -> None:
    """Add the verb `demo-llm`."""
    verb = subparsers.add_parser("demo-llm", help=__doc__.partition("\n")[0])
    verb.add_argument("--rows", type=int, default=500, help="rows to ask for")
    verb.set_defaults(run=lambda parsed: run(parsed.rows))


def run(rows: int) -> int:
    """Make the seeds, start the server, build; the exit code of the last dbt build.

    All that it makes lies in `FOLDER`, so that a build of the project and its journal stay.
    """
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    environment = os.environ | {
        "LIKENESS_DB": str(DATABASE),
        "DBT_TARGET_PATH": str(FOLDER / "dbt"),
        "DBT_LOG_PATH": str(FOLDER / "logs"),
        # The project's own tests of SQL, which take as long as the rest of a small build.
        "DBT_EXCLUDE_RESOURCE_TYPES": "unit_test",
    }
    given = {
        "generator": "openai",
        "judge": "openai",
        "base_url": "http://127.0.0.1:9/v1",
        "model_id": MODEL,
        "target_rows": rows,
        "max_rounds": 1,
        # So few rows are no better compared with many real ones, and a demo should take a minute.
        "max_detection_rows": 2000,
        "max_privacy_rows": 1000,
        "journal_dir": str(FOLDER / "journal"),
        "export_dir": str(FOLDER / "exports"),
    }
    dbt = str(Path(sys.executable).with_name("dbt"))
    selected = ["-s", *(f"+{node}" for node in NODES)]
    selected += ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    print("Making the seeds; no model is asked yet.", flush=True)
    seeds = [dbt, "--quiet", "build", *selected, "--vars", json.dumps(given)]
    if code := subprocess.run(seeds, env=environment, check=False).returncode:
        return code
    with _server() as server:
        path = FOLDER / "vars.yml"
        path.write_text(yaml.safe_dump(given | {"base_url": server.base_url}), encoding="utf-8")
        print(f"A stand-in for a model answers at {server.base_url}, some calls on purpose wrong.")
        build = [sys.executable, "-m", "likeness.cli", "build", "--vars", str(path)]
        code = subprocess.run(build, env=environment, check=False).returncode
    print(f"All of it lies in {FOLDER}: exports/report.html, journal/, likeness.duckdb.")
    return code


def _server() -> DemoServer:
    prefix = read_vars(PROJECT, None).get("schema_prefix") or ""
    with warehouse.read_only(str(DATABASE)) as connection:
        fields = fields_from_rows(warehouse.records(connection.table(f"{prefix}seeds.fields")))
        shares = warehouse.records(connection.table(f"{prefix}profiles.part_shares"))
    return DemoServer(fields, Knowledge.from_rows(shares, []).shares)
