from likeness import engine
from likeness.compare.missing import missing_shares


def model(dbt, session):
    dbt.config(materialized="table")
    counts = engine.small(dbt.ref("int_comparison__missing_counts"))
    table = missing_shares(counts, dbt.config.meta_get("min_cell_rows"))
    types = {"variable": "varchar", "period": "varchar"}
    types |= dict.fromkeys(["train", "holdout", "synthetic"], "double")
    types |= dict.fromkeys(["n_train", "n_holdout", "n_synthetic"], "bigint")
    return engine.back(session, table, types | {"reason": "varchar"})
