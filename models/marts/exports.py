from likeness import engine
from likeness.exports import write_rows


def model(dbt, session):
    dbt.config(materialized="table")
    staged = write_rows(
        dbt.ref("synthetic_loans"),
        engine.values(dbt.ref("fields"), "name", order_by="position"),
        key="synthetic_id",
        folder=dbt.config.meta_get("export_dir"),
    )
    return engine.back(session, staged, {"file": "varchar", "rows": "bigint"})
