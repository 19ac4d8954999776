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
    target = dbt.config.meta_get("utility_target")
    table = apart.called(
        "likeness.compare.row_tables.utility_table",
        samples,
        target["variable"],
        target["positive"],
        dbt.config.meta_get("random_seed"),
        dbt.config.meta_get("min_cell_rows"),
    )
    names = ["auc_synthetic", "auc_train", "ratio"]
    measures = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    types = {"target": "varchar", "positive": "varchar"} | dict.fromkeys(measures, "double")
    types |= dict.fromkeys(["n_train", "n_holdout", "n_synthetic"], "bigint")
    return engine.back(session, table, types | {"reason": "varchar"})
