from likeness import warehouse
from likeness.warehouse import workers


def model(dbt, session):
    dbt.config(materialized="table")
    keys = dbt.config.meta_get("segment_keys")
    cells = warehouse.small(dbt.ref("int_value_groups__counted"))
    merged = workers.called(
        "likeness.profiles.clustering.merge_cells",
        cells,
        keys,
        dbt.config.meta_get("min_cluster_rows"),
    )
    types = dict.fromkeys(keys, "varchar") | {
        "cluster_no": "integer",
        "n_rows": "bigint",
        "cluster_id": "integer",
        "merged": "varchar",
    }
    return warehouse.back(session, merged, types)
