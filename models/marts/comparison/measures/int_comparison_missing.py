from likeness import engine
from likeness.compare.missing import missing_shares


def model(dbt, session):
    dbt.config(materialized="table")
    counts = engine.small(dbt.ref("int_comparison__missing_counts"))
    table = missing_shares(counts, dbt.config.meta_get("min_cell_rows"))
    return engine.back(session, table)
