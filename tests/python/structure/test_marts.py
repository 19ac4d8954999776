"""Marts that keep rows of other generators and of earlier builds."""

import re

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
