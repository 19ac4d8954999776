from likeness import warehouse
from likeness.builds.publishing import exports
from likeness.schema.outputs import ENGINE_PROFILE


def model(dbt, session):
    dbt.config(materialized="table")
    tables = {
        "engine_bins": dbt.ref("likeness", "engine_bins"),
        "engine_fields": dbt.ref("likeness", "engine_fields"),
        "engine_rounding": dbt.ref("likeness", "engine_rounding"),
        "engine_nodes": dbt.ref("likeness", "engine_nodes"),
        "engine_factors": dbt.ref("likeness", "engine_factors"),
        "engine_shares": dbt.ref("likeness", "engine_shares"),
        "engine_texts": dbt.ref("likeness", "engine_texts"),
    }
    folder = dbt.config.meta_get("export_dir")
    written = exports.write_copy(session, tables, folder, ENGINE_PROFILE)
    return warehouse.back(session, written, {"name": "varchar", "rows": "bigint"})
