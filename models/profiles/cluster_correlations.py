from likeness import correlations, engine


def model(dbt, session):
    dbt.config(materialized="table")
    pairs = engine.small(dbt.ref("int_clusters__pairs"))
    clusters = engine.small(dbt.ref("clusters"))
    table = correlations.pearson_by_group(
        pairs,
        ["cluster_id", "variable_x", "variable_y"],
        dbt.config.meta_get("min_cell_rows"),
        clusters.set_index("cluster_id")["n_rows"],
    )
    types = {
        "cluster_id": "integer",
        "variable_x": "varchar",
        "variable_y": "varchar",
        "n": "bigint",
        "correlation": "double",
        "reason": "varchar",
    }
    return engine.back(session, table, types)
