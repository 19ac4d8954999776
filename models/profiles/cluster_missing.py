from likeness import warehouse
from likeness.profiles import cluster_statistics


def model(dbt, session):
    dbt.config(materialized="table")
    table = cluster_statistics.cluster_missing(
        warehouse.small(dbt.ref("int_clusters__number_counts")),
        warehouse.small(dbt.ref("int_clusters__groups")),
        dbt.config.meta_get("min_cell_rows"),
    )
    types = {
        "cluster_id": "integer",
        "variable": "varchar",
        "basis": "varchar",
        "n_rows": "bigint",
        "n_missing": "bigint",
        "share": "double",
        "reason": "varchar",
    }
    return warehouse.back(session, table, types)
