from likeness import cluster_statistics, engine


def model(dbt, session):
    dbt.config(materialized="table")
    table = cluster_statistics.cluster_missing(
        engine.small(dbt.ref("int_clusters__number_counts")),
        engine.small(dbt.ref("int_clusters__groups")),
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
    return engine.back(session, table, types)
