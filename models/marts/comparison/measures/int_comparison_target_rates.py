from likeness import warehouse
from likeness.metrics import inputs, row_tables


def model(dbt, session):
    dbt.config(materialized="table")
    samples = inputs.read_samples(
        dbt.ref("int_comparison__sample"),
        [],
        dbt.config.meta_get("categorical_variables"),
        dbt.config.meta_get("rows"),
    )
    target = dbt.config.meta_get("utility_target")
    table = row_tables.target_rates_table(
        samples,
        target["variable"],
        target["positive"],
        dbt.config.meta_get("min_cell_rows"),
    )
    return warehouse.back(session, table)
