from likeness import engine
from likeness.compare import inputs, tables


def model(dbt, session):
    dbt.config(materialized="table")
    numbers = inputs.number_counts(
        dbt.ref("int_comparison__number_counts"), dbt.config.meta_get("continuous_variables")
    )
    table = tables.differences_table(numbers, dbt.config.meta_get("min_cell_rows"))
    measures = ["difference", "standard_error", "z"]
    measures += ["difference_holdout", "standard_error_holdout", "z_holdout"]
    types = {"variable": "varchar", "statistic": "varchar"}
    types |= dict.fromkeys(measures, "double") | {"reason": "varchar"}
    return engine.back(session, table, types)
