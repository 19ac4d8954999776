from likeness import warehouse
from likeness.audit import findings, stages


def model(dbt, session):
    dbt.config(materialized="table")
    tables = warehouse.values(
        dbt.ref("likeness", "int_disclosure__mart_tables"), "audited_table", "audited_table"
    )
    tally = stages.audit_marts(session, dbt.config.meta_get("vars"), tables)
    return warehouse.back(session, tally.frame(), findings.COLUMNS)
