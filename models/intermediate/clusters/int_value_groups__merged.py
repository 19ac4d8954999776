from likeness import warehouse
from likeness.warehouse import workers


def model(dbt, session):
    dbt.config(materialized="table")
    keys = dbt.config.meta_get("segment_keys")
    cells = ", ".join(map(warehouse.quoted, [*keys, "cluster_no"]))
    counted = dbt.ref("likeness", "int_loans__value_groups").aggregate(
        f"{cells}, count(*) as n_rows", cells
    )
    merged = workers.called(
        "likeness.profiles.clustering.merge_with_groups",
        warehouse.small(counted),
        keys,
        dbt.config.meta_get("segment_roles"),
        dbt.config.meta_get("min_cluster_rows"),
    )
    types = dict.fromkeys(keys, "varchar") | {
        "cluster_no": "integer",
        "n_rows": "bigint",
        "cluster_id": "integer",
        "merged": "varchar",
        "groups": "struct(level integer, basis varchar, group_id integer)[]",
    }
    return warehouse.back(session, merged, types)
