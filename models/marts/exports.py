from likeness import warehouse
from likeness.builds.publishing.exports import write_rows


def model(dbt, session):
    dbt.config(materialized="table")
    staged = write_rows(
        dbt.ref("likeness", "synthetic_loans"),
        warehouse.values(
            dbt.ref("fields").filter("expression is null"), "name", order_by="position"
        ),
        key="synthetic_id",
        folder=dbt.config.meta_get("export_dir"),
    )
    return warehouse.back(session, staged, {"file": "varchar", "rows": "bigint"})
