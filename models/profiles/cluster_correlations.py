from likeness import warehouse
from likeness.profiles import cluster_statistics


def model(dbt, session):
    dbt.config(materialized="table")
    table = cluster_statistics.cluster_correlations(
        warehouse.small(dbt.ref("likeness", "int_clusters__pairs")),
        cluster_statistics.enclosing_groups(dbt.ref("likeness", "int_value_groups__merged")),
        dbt.config.meta_get("min_cell_rows"),
    )
    types = {
        "cluster_id": "integer",
        "variable_x": "varchar",
        "variable_y": "varchar",
        "basis": "varchar",
        "n": "bigint",
        "correlation": "double",
        "reason": "varchar",
    }
    return warehouse.back(session, table, types)
