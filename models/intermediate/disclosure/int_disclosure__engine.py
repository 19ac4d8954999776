from likeness import warehouse
from likeness.audit import findings
from likeness.warehouse import workers


def model(dbt, session):
    dbt.config(materialized="table")
    found = workers.called(
        "likeness.audit.synthesizer.findings_of",
        warehouse.small(dbt.ref("likeness", "int_engine__profile")),
        warehouse.small(dbt.ref("likeness", "int_loans__fit_sample")),
        dbt.config.meta_get("min_cell_rows"),
    )
    return warehouse.back(session, found, findings.COLUMNS)
