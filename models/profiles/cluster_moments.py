from likeness import warehouse
from likeness.profiles import cluster_statistics
from likeness.stats import moments


def model(dbt, session):
    dbt.config(materialized="table")
    table = cluster_statistics.cluster_moments(
        warehouse.small(dbt.ref("int_clusters__number_counts")),
        warehouse.small(dbt.ref("int_clusters__groups")),
        dbt.config.meta_get("min_cell_rows"),
    )
    types = {"cluster_id": "integer", "variable": "varchar", "basis": "varchar", "n": "bigint"}
    types |= dict.fromkeys(moments.STATISTICS, "double") | {"reason": "varchar"}
    return warehouse.back(session, table, types)
