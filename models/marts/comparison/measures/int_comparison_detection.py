from likeness import warehouse
from likeness.metrics import inputs
from likeness.warehouse import workers


def model(dbt, session):
    dbt.config(materialized="table")
    samples = inputs.read_samples(
        dbt.ref("int_comparison__sample"),
        dbt.config.meta_get("continuous_variables"),
        dbt.config.meta_get("categorical_variables"),
        dbt.config.meta_get("rows"),
    )
    table = workers.called(
        "likeness.metrics.row_tables.detection_table",
        samples,
        dbt.config.meta_get("random_seed"),
        dbt.config.meta_get("min_cell_rows"),
    )
    return warehouse.back(session, table)
