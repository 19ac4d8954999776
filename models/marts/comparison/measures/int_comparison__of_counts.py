from likeness import warehouse
from likeness.metrics import inputs, tables
from likeness.warehouse import packing


def model(dbt, session):
    dbt.config(materialized="table")
    counts = dbt.ref("likeness", "int_comparison__counts")
    measured = tables.tables_of_counts(
        inputs.number_counts(counts, dbt.config.meta_get("continuous_variables")),
        inputs.category_counts(counts, dbt.config.meta_get("categorical_variables")),
        inputs.missing_counts(counts),
        min_cell_rows=dbt.config.meta_get("min_cell_rows"),
        bins=dbt.config.meta_get("kl_bins"),
    )
    return warehouse.back(session, packing.pack(measured), packing.TYPES)
