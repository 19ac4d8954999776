"""Seeds are current as long as neither the vars nor the files that they were made with change."""

import re
import shutil

import pytest
import yaml

from likeness.builds.provenance.stamp import FILES, is_current, seeds_stamp

# Vars on which no seed, plan or rule depends; all others belong into the macro `seeds_vars`.
NOT_IN_SEEDS = {
    # where things lie, and which source is meant: its content is compared by itself
    *("loans_path", "source_relation", "table_dir", "schema_prefix", "export_dir", "journal_dir"),
    *("replace_other_source", "fingerprint_key"),
    # how much of the machine a build takes
    "duckdb_memory",
    # rows of the offline engine or of a file, and who judges rows
    *("engine", "engine_order", "synthetic_path", "judge", "scores_path", "threshold"),
    # what a language model is asked beside the seed, and how
    *("record", "example_path", "criteria", "prompt_dir", "max_failed_share", "base_url"),
    *("model_id", "judge_model_id", "temperature", "judge_temperature", "top_p", "top_k"),
    *("max_tokens", "rows_per_request", "judge_batch", "concurrency", "timeout", "max_retries"),
    "max_wait",
    *("max_rounds", "max_requests", "max_cost", "price_in", "price_out", "url", "url_eval"),
    *("inference_type", "caii_endpoint", "sds_mode", "sds_workspace", "sds_max_workers"),
    *("sds_seconds_per_call", "sds_seconds_per_judgement", "sds_poll_seconds"),
    *("sds_recover_seconds", "sds_job_seconds"),
    # comparison and gates
    *("condition_on", "missing_by", "utility_target", "quasi_identifiers", "kl_bins", "gates"),
    *("max_comparison_rows", "max_detection_rows", "max_privacy_rows"),
    *("min_rows_for_gates", "rates_by", "means_by"),
}


@pytest.fixture
def project(root, tmp_path):
    """The files that seeds depend on, in a folder of their own."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(root / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def variables(root) -> dict:
    return yaml.safe_load((root / "dbt_project.yml").read_text())["vars"]


def test_every_var_is_in_the_stamp_or_known_to_change_no_seed(root, variables):
    macro = (root / "macros" / "source" / "record_tables.sql").read_text()
    listed = set(re.findall(r"'(\w+)'", macro.partition("set names = [")[2].partition("]")[0]))
    assert listed == set(variables) - NOT_IN_SEEDS


def test_seeds_are_current_until_a_var_of_theirs_changes(project, variables):
    names = [name for name in variables if name not in NOT_IN_SEEDS]
    stamp = seeds_stamp({name: variables[name] for name in names}, project)
    assert is_current(stamp, variables, project)
    assert is_current(stamp, variables | {"temperature": 0.1}, project)
    for name in names:
        assert not is_current(stamp, variables | {name: "changed"}, project)
    assert not is_current(None, variables, project)


@pytest.mark.parametrize("name", FILES)
def test_seeds_are_not_current_once_a_file_of_theirs_changes(project, variables, name):
    stamp = seeds_stamp({"min_cell_rows": 20}, project)
    with open(project / name, "a") as handle:
        handle.write("more\n")
    assert not is_current(stamp, variables, project)


def test_a_rule_may_name_a_var_that_the_stamp_does_not_hold(project, variables):
    rules = project / "seeds" / "business_rules.csv"
    rules.write_text("id,category,condition,sentence\nr,realism,dti < {kl_bins},x\n")
    assert not is_current(seeds_stamp({"min_cell_rows": 20}, project), variables, project)
