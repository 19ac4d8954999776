from likeness import apart, engine


def model(dbt, session):
    dbt.config(materialized="table")
    keys = dbt.config.meta_get("segment_keys")
    cells = engine.small(dbt.ref("int_cells__counted"))
    merged = apart.called(
        "likeness.cluster.merge_cells", cells, keys, dbt.config.meta_get("min_cluster_rows")
    )
    types = dict.fromkeys(keys, "varchar") | {
        "cluster_no": "integer",
        "n_rows": "bigint",
        "cluster_id": "integer",
        "merged": "varchar",
    }
    return engine.back(session, merged, types)
