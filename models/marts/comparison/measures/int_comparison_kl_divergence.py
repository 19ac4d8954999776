from likeness import warehouse
from likeness.metrics import inputs, tables


def model(dbt, session):
    dbt.config(materialized="table")
    numbers = inputs.number_counts(
        dbt.ref("int_comparison__number_counts"), dbt.config.meta_get("continuous_variables")
    )
    categories = inputs.category_counts(
        dbt.ref("int_comparison__category_counts"), dbt.config.meta_get("categorical_variables")
    )
    table = tables.divergence_table(
        numbers, categories, dbt.config.meta_get("min_cell_rows"), dbt.config.meta_get("kl_bins")
    )
    return warehouse.back(session, table)
