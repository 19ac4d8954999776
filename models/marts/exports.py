from likeness import engine
from likeness.exports import write_rows


def model(dbt, session):
    dbt.config(materialized="table")
    gates = dbt.ref("quality_scorecard").filter("severity = 'error'")
    outcome = write_rows(
        dbt.ref("synthetic_loans"),
        engine.values(dbt.ref("fields"), "name", order_by="position"),
        key="synthetic_id",
        failed=engine.values(gates, "metric", order_by="metric"),
        folder=dbt.config.meta_get("export_dir"),
    )
    types = {"file": "varchar", "status": "varchar", "reason": "varchar", "rows": "bigint"}
    return engine.back(session, outcome, types)
