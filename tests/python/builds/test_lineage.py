"""From a mart's number to its source rows: how many models lie between, and how many there are."""

import functools
import json
import os
import re

import pytest

import forked
from checks.project import ROOT

MOST_MODELS, MOST_HOPS = 90, 6
# The rows that a number is counted from: those of the source, and those received and accepted.
ROWS = {"stg_loans", "synthetic_loans_typed", "int_synthetic__verdicts", "synthetic_responses"}
# They write files of what the marts hold; what comes after them reads nothing of theirs.
WRITERS = {"exports", "marts_copy", "report"}
TABLES_OF_ROWS = {"synthetic_loans", "synthetic_loans_typed"}
PASSES_ON = re.compile(
    r"(with (?P<name>\w+) as \( select \* from \{\{ ref\('\w+'\) \}\} \) )?"
    r"select \* from (\{\{ ref\('\w+'\) \}\}|\w+)"
)


@pytest.fixture(scope="module")
def nodes(tmp_path_factory) -> dict[str, dict]:
    """The project's models and seeds by name, from the manifest of dbt."""
    target = tmp_path_factory.mktemp("lineage")
    done = forked.run(
        "dbt.cli.main",
        ["parse", "--no-partial-parse"],
        cwd=ROOT,
        env={
            **os.environ,
            "DBT_PROFILES_DIR": str(ROOT),
            "DBT_TARGET_PATH": str(target),
            "DBT_LOG_PATH": str(target),
            "LIKENESS_DB": str(target / "likeness.duckdb"),
        },
    )
    assert done.returncode == 0, done.stdout
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    known = [node for node in manifest["nodes"].values() if node["package_name"] == "likeness"]
    return {node["name"]: node for node in known if node["resource_type"] in ("model", "seed")}


@pytest.fixture(scope="module")
def hops(nodes):
    """A function: the hops from a model to rows, None where there are none behind it."""

    @functools.cache
    def of(name: str) -> int | None:
        if name in ROWS:
            return 0
        read = [key.split(".")[-1] for key in nodes[name]["depends_on"].get("nodes", [])]
        behind = [of(parent) for parent in read if parent in nodes and parent not in WRITERS]
        known = [n for n in behind if n is not None]
        if not known:
            return None
        return 1 + (max(known) if "small" in nodes[name]["tags"] else min(known))

    return of


def marts_of_numbers(nodes) -> set[str]:
    marts = {name for name, node in nodes.items() if node["schema"] == "marts"}
    return marts - WRITERS - TABLES_OF_ROWS


def test_there_are_no_more_models_than_one_can_survey():
    models = [path for path in (ROOT / "models").rglob("*") if path.suffix in (".sql", ".py")]
    assert 50 < len(models) <= MOST_MODELS


def test_a_number_is_few_hops_from_its_source_rows(nodes, hops):
    found = {name: hops(name) for name in marts_of_numbers(nodes)}
    assert len(found) > 20
    assert {name: n for name, n in found.items() if n is None or n > MOST_HOPS} == {}


def test_the_docs_say_how_many(nodes, hops):
    page = (ROOT / "docs" / "lineage.md").read_text(encoding="utf-8")
    said = {name: int(n) for name, n in re.findall(r"^\| `(\w+)` \| (\d+) \|", page, re.M)}
    assert said == {name: hops(name) for name in marts_of_numbers(nodes)}


def test_the_drawing_names_models_that_are_there(nodes):
    page = (ROOT / "docs" / "lineage.md").read_text(encoding="utf-8")
    drawn = re.findall(r"\[((?:\w+\.)?\w+\*?(?:, \w+)*)\]", page)
    named = {name.split(".")[-1] for label in drawn for name in label.split(", ")}
    assert len(named) > 30
    for name in named:
        pattern = re.compile(name.replace("*", r"\w+"))
        assert any(pattern.fullmatch(known) for known in nodes), name


def test_no_model_passes_another_through(nodes):
    bare = {
        name: re.sub(r"\{\{ config\(.*?\) \}\}|--[^\n]*", "", node["raw_code"], flags=re.S)
        for name, node in nodes.items()
        if node["resource_type"] == "model" and node["language"] == "sql"
    }
    passing = [name for name, code in bare.items() if PASSES_ON.fullmatch(" ".join(code.split()))]
    assert passing == []


@pytest.mark.parametrize(
    "code",
    [
        "select * from {{ ref('a') }}",
        "with a as ( select * from {{ ref('a') }} ) select * from a",
    ],
)
def test_what_passes_through_is_recognised(code):
    assert PASSES_ON.fullmatch(code)
