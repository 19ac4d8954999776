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
    types = {"variable_1": "varchar", "variable_2": "varchar", "metric": "varchar"}
    types |= dict.fromkeys(["similarity", "similarity_holdout"], "double")
    types |= dict.fromkeys(["joint_distance", "joint_distance_holdout"], "double")
    return engine.back(session, table, types | {"reason": "varchar"})
