from likeness import warehouse
from likeness.metrics import inputs, tables


def model(dbt, session):
    dbt.config(materialized="table")
    numbers = inputs.number_counts(
        dbt.ref("int_comparison__number_counts"), dbt.config.meta_get("continuous_variables")
    )
    table = tables.differences_table(numbers, dbt.config.meta_get("min_cell_rows"))
    return warehouse.back(session, table)
