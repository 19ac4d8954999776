from likeness import warehouse
from likeness.profiles import segments


def model(dbt, session):
    dbt.config(materialized="table")
    cells = warehouse.small(dbt.ref("likeness", "int_value_groups__merged"))
    shares = segments.segment_shares(
        cells,
        dbt.config.meta_get("segment_keys"),
        dbt.config.meta_get("segment_roles"),
        dbt.config.meta_get("min_cell_rows"),
    )
    types = {
        "cluster_id": "integer",
        "variable": "varchar",
        "value": "varchar",
        "share": "double",
        "basis": "varchar",
        "n_rows": "bigint",
    }
    return warehouse.back(session, shares, types)
