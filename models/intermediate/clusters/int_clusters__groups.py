from likeness import warehouse
from likeness.warehouse import workers


def model(dbt, session):
    dbt.config(materialized="table")
    merged = warehouse.small(dbt.ref("int_value_groups__merged"))
    groups = workers.called(
        "likeness.profiles.clustering.cluster_groups", merged, dbt.config.meta_get("segment_keys")
    )
    types = {
        "cluster_id": "integer",
        "level": "integer",
        "basis": "varchar",
        "group_id": "integer",
    }
    return warehouse.back(session, groups, types)
