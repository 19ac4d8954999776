"""Every model that reads or makes rows is SQL that means the same on Spark, or is Python."""

import json

import pytest
from dbt.adapters.sparkpython import dialect

KINDS = {"rows", "aggregate", "small"}


@pytest.fixture(scope="module")
def manifest(root, dbt_run, tmp_path_factory):
    """The project, compiled for DuckDB: models are written from seeds and the rules as counted."""
    folder = tmp_path_factory.mktemp("models")
    tables = ("--select", "resource_type:seed", "+source_rules")
    left_out = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
    for command in (("build", *tables, *left_out), ("compile",)):
        code, output = dbt_run(
            *command, "--target-path", str(folder / "target"),
            "--vars", json.dumps({"export_dir": str(folder / "exports")}),
            LIKENESS_DB=str(folder / "compiled.duckdb"),
        )  # fmt: skip
        assert code == 0, output[-3000:]
    found = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    compiled = folder / "target" / "compiled" / "likeness"
    for node in found["nodes"].values():
        if node["resource_type"] == "model" and node["language"] == "sql":
            node["sql"] = (compiled / node["original_file_path"]).read_text(encoding="utf-8")
    return found


def test_sql_over_rows_has_an_equal_on_spark(manifest):
    relations = {
        (node["schema"], node["name"]): f"likeness.{node['name']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }
    asked = {
        node["name"]: node["sql"]
        for node in manifest["nodes"].values()
        # The first reads a file on DuckDB, and a table on Spark.
        if {"rows", "aggregate"} & set(node.get("tags", [])) and "sql" in node
        and node["name"] != "loans"
    }  # fmt: skip
    assert len(asked) > 25
    refused = {}
    for name, sql in asked.items():
        try:
            dialect.spark_sql(dialect.parsed(sql), relations)
        except dialect.Untranslatable as error:
            refused[name] = str(error)
    assert refused == {}


def test_a_planted_model_is_refused():
    with pytest.raises(dialect.Untranslatable, match="the function skewness"):
        dialect.spark_sql(
            dialect.parsed("select skewness(annual_inc) from staging.stg_loans"),
            {("staging", "stg_loans"): "likeness.stg_loans"},
        )
