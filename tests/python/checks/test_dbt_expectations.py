"""The vendored dbt_expectations and the grain's test: each passes and fails where it must."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
import yaml

import forked

HERE = Path(__file__).parent
VENDORED = HERE.parents[2] / "vendor" / "dbt_expectations"
GRAIN = HERE.parents[2] / "macros" / "tests" / "one_row_per.sql"
PROJECT = HERE.parent / "expectations_project"


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory) -> dict[str, tuple[str, int]]:
    """Status and number of failures by test name, of one `dbt build`."""
    root = tmp_path_factory.mktemp("expectations") / "project"
    shutil.copytree(PROJECT, root)
    shutil.copytree(VENDORED, root / "dbt_packages" / "dbt_expectations")
    (root / "macros").mkdir()
    shutil.copy(GRAIN, root / "macros")
    environment = {**os.environ, "DBT_PROFILES_DIR": str(root)}
    done = forked.run("dbt.cli.main", ["build"], cwd=root, env=environment)
    assert done.returncode == 1, done.stdout
    nodes = json.loads((root / "target" / "manifest.json").read_text())["nodes"]
    results = json.loads((root / "target" / "run_results.json").read_text())["results"]
    return {
        nodes[result["unique_id"]]["name"]: (result["status"], result["failures"])
        for result in results
        if result["unique_id"].startswith("test.")
    }


def names() -> list[str]:
    return re.findall(
        r"name: ((?:pass|fail_\d+)__\w+)", (PROJECT / "models/schema.yml").read_text()
    )


@pytest.mark.parametrize("name", names())
def test_expectation(outcomes, name):
    wanted = re.match(r"fail_(\d+)__", name)
    assert outcomes[name] == (("fail", int(wanted[1])) if wanted else ("pass", 0))


def test_every_test_is_checked_both_ways():
    macros = "\n".join(path.read_text() for path in [*(VENDORED / "macros").glob("*.sql"), GRAIN])
    defined = set(re.findall(r"{% test (\w+)\(", macros))
    model = yaml.safe_load((PROJECT / "models/schema.yml").read_text())["models"][0]
    entries = [*model["data_tests"], *(t for c in model["columns"] for t in c["data_tests"])]
    seen = {"pass": set(), "fail": set()}
    for entry in entries:
        ((key, body),) = entry.items()
        seen[body["name"][:4]].add(key.removeprefix("dbt_expectations."))
    assert seen == {"pass": defined, "fail": defined}
