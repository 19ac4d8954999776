from likeness import warehouse
from likeness.metrics.missing import missing_shares


def model(dbt, session):
    dbt.config(materialized="table")
    counts = warehouse.small(dbt.ref("int_comparison__missing_counts"))
    table = missing_shares(counts, dbt.config.meta_get("min_cell_rows"))
    return warehouse.back(session, table)
