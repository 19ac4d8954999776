"""The schema, dbt_project.yml, docs/vars.md and the lists that dbt wants say the same."""

import re

import pytest
import yaml

from likeness.llm.core.options import Options
from likeness.llm.sds.settings import NAMES
from likeness.schema.document import METRICS_PATH, PATH, metrics_page, vars_page
from likeness.schema.gates import load_gates
from likeness.schema.given import project_vars, rule_vars, setting_names
from likeness.schema.settings import PARTS, Settings


@pytest.fixture(scope="module")
def comments(root) -> dict[str, str]:
    """The comment of each var of dbt_project.yml: at its end, else the lines above it."""
    block = (root / "dbt_project.yml").read_text(encoding="utf-8").split("\nvars:\n")[1]
    found, above = {}, []
    for line in block.splitlines():
        var = re.match(r"  ([a-z_]+):", line)
        if var:
            beside = re.search(r"\s# (.*)$", line)
            found[var[1]] = beside[1] if beside else " ".join(above)
        is_comment = line.startswith("  # ") and not line.startswith("  # ---")
        above = [*above, line.strip()[2:]] if is_comment else []
    return found


def test_every_var_is_in_the_schema_in_the_same_order(root):
    listed = list(project_vars(root / "dbt_project.yml"))
    assert listed == [name for part in PARTS for name in part.model_fields]
    assert listed == list(Settings.model_fields)


def test_the_defaults_agree(root):
    listed = project_vars(root / "dbt_project.yml")
    general = {n: f.default for n, f in Settings.model_fields.items() if not f.is_required()}
    assert len(general) > 50
    assert {name: listed[name] for name in general} == general


def test_the_comments_agree(comments):
    assert comments == {name: field.description for name, field in Settings.model_fields.items()}


def test_the_parts_are_the_rulers_of_the_file(root):
    text = (root / "dbt_project.yml").read_text(encoding="utf-8")
    assert re.findall(r"^  # --- (.*?) -+$", text, re.M) == [part.__doc__ for part in PARTS]


def test_the_page_of_vars_is_current(root):
    page = (root / PATH).read_text(encoding="utf-8")
    assert page == vars_page(root / "dbt_project.yml", root / "seeds" / "gates.csv"), "make docs"


def test_the_models_of_language_models_get_every_var_that_steers_them(root):
    """dbt can only pass vars to a Python model by name."""
    listed = yaml.safe_load((root / "models/synthetic/llm/_llm.yml").read_text(encoding="utf-8"))
    given = listed["models"][0]["config"]["meta"]["vars"]
    wanted = {*Options.model_fields, *NAMES, "record"} - {"first_wait", "max_failed_share"}
    assert set(given) == wanted
    assert given == {name: f"{{{{ var('{name}') }}}}" for name in given}


def test_every_var_that_sql_or_yaml_reads_is_in_the_schema(root):
    read = set()
    for folder in ("models", "macros", "analyses", "tests/dbt"):
        for path in (root / folder).rglob("*"):
            if path.suffix in (".sql", ".yml"):
                read |= set(re.findall(r"\bvar\(\s*[\"'](\w+)", path.read_text(encoding="utf-8")))
    assert len(read) > 60
    assert read <= set(Settings.model_fields)


def test_what_changes_rows_is_in_the_fingerprint_with_the_vars_of_rules():
    names = setting_names("rows")
    wanted = {"engine", "engine_order", "rule_ranges", "rule_patterns", "key_column", "judge"}
    assert wanted | {"max_revol_util", "min_cluster_rows", "scores_path", "criteria"} <= set(names)
    assert set(rule_vars()) <= set(names)
    left_out = {"export_dir", "gates", "kl_bins", "condition_on", "base_url", "url", "concurrency"}
    assert not left_out & set(names)
    assert setting_names("all") == list(Settings.model_fields)


def test_the_page_of_metrics_is_that_of_the_gates(root):
    page = (root / METRICS_PATH).read_text(encoding="utf-8")
    assert page == metrics_page(root / "seeds" / "gates.csv"), "make docs"


def test_every_gate_has_a_formula_what_it_is_compared_with_and_a_reading(root):
    gates = load_gates(root / "seeds" / "gates.csv")
    texts = {gate.metric: (gate.formula, gate.compared_with, gate.reading) for gate in gates}
    assert {name: text for name, text in texts.items() if not all(text)} == {}
