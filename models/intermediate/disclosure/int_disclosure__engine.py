from likeness import apart, engine
from likeness.audit import findings


def model(dbt, session):
    dbt.config(materialized="table")
    found = apart.called(
        "likeness.audit.synthesizer.findings_of",
        engine.small(dbt.ref("int_engine__profile")),
        engine.small(dbt.ref("int_loans__fit_sample")),
        dbt.config.meta_get("min_cell_rows"),
    )
    return engine.back(session, found, findings.COLUMNS)
