from likeness import engine
from likeness.compare import inputs, tables


def model(dbt, session):
    dbt.config(materialized="table")
    numbers = inputs.number_counts(
        dbt.ref("int_comparison__number_counts"), dbt.config.meta_get("continuous_variables")
    )
    categories = inputs.category_counts(
        dbt.ref("int_comparison__category_counts"), dbt.config.meta_get("categorical_variables")
    )
    table = tables.shapes_table(numbers, categories, dbt.config.meta_get("min_cell_rows"))
    measures = ["similarity", "similarity_holdout", "wasserstein", "wasserstein_holdout"]
    measures += ["wasserstein_in_std", "wasserstein_in_std_holdout"]
    types = {"variable": "varchar", "kind": "varchar", "metric": "varchar"}
    types |= dict.fromkeys(measures, "double") | {"reason": "varchar"}
    return engine.back(session, table, types)
