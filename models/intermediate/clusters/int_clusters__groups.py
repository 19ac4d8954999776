from likeness import apart, engine


def model(dbt, session):
    dbt.config(materialized="table")
    merged = engine.small(dbt.ref("int_cells__merged"))
    groups = apart.called(
        "likeness.cluster.cluster_groups", merged, dbt.config.meta_get("segment_keys")
    )
    types = {
        "cluster_id": "integer",
        "level": "integer",
        "basis": "varchar",
        "group_id": "integer",
    }
    return engine.back(session, groups, types)
