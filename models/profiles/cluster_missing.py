from likeness import warehouse
from likeness.profiles import cluster_statistics


def model(dbt, session):
    dbt.config(materialized="table")
    counts = dbt.ref("likeness", "int_clusters__counts").filter("kind = 'number'")
    table = cluster_statistics.cluster_missing(
        warehouse.small(counts.project("cluster_id, variable, number as value, n")),
        cluster_statistics.enclosing_groups(dbt.ref("likeness", "int_value_groups__merged")),
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
