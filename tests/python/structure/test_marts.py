"""Tables that leave the database: none is unknown to the audit, none stops an older database."""

import re

from likeness.audit import registry
from likeness.schema.given import project_vars

CONFIG = re.compile(r"config\((.*?)\) *}}", re.DOTALL)


def test_a_mart_that_keeps_rows_takes_a_new_column_into_the_table_that_is_there(root):
    texts = {path.stem: path.read_text(encoding="utf-8") for path in root.glob("models/**/*.sql")}
    configs = {name: CONFIG.search(text) for name, text in texts.items()}
    kept = {
        name: found[1]
        for name, found in configs.items()
        if found and "materialized='incremental'" in found[1]
    }
    assert {"comparison_kl_divergence", "quality_scorecard", "quality_history"} <= kept.keys()
    stopping = [name for name, text in kept.items() if "='append_new_columns'" not in text]
    assert stopping == []


def test_every_table_of_a_published_schema_is_known_to_the_audit(root):
    made = {
        f"{folder}.{path.stem}"
        for folder in ("profiles", "marts")
        for path in (root / "models" / folder).rglob("*")
        if path.suffix in (".sql", ".py") and not path.stem.startswith("int_")
    }
    known = {entry.table for entry in registry.published(project_vars(root / "dbt_project.yml"))}
    known |= {*registry.ON_ALL_ROWS, *registry.READ_APART, *registry.WITHOUT_ROWS}
    assert "profiles.clusters" in made
    unknown = {name for name in made - known if not name.startswith(registry.ENGINE_TABLES)}
    assert unknown == set()
