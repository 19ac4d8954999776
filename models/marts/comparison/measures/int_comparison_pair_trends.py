from likeness import apart, engine
from likeness.compare import inputs


def model(dbt, session):
    dbt.config(materialized="table")
    samples = inputs.read_samples(
        dbt.ref("int_comparison__sample"),
        dbt.config.meta_get("continuous_variables"),
        dbt.config.meta_get("categorical_variables"),
        dbt.config.meta_get("rows"),
    )
    table = apart.called(
        "likeness.compare.row_tables.pair_trends_table",
        samples,
        dbt.config.meta_get("min_cell_rows"),
    )
    return engine.back(session, table)
