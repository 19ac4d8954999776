from likeness import warehouse
from likeness.profiles import cluster_statistics
from likeness.profiles.group_shares import COLUMNS, cluster_shares


def model(dbt, session):
    dbt.config(materialized="table")
    counts = dbt.ref("likeness", "int_clusters__counts").filter("kind = 'category'")
    table = cluster_shares(
        warehouse.small(counts.project("cluster_id, variable, category, n")),
        cluster_statistics.enclosing_groups(dbt.ref("likeness", "int_value_groups__merged")),
        dbt.config.meta_get("min_cell_rows"),
    )
    return warehouse.back(session, table, COLUMNS)
