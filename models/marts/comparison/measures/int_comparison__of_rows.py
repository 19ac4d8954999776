from likeness import warehouse
from likeness.metrics import inputs, rates, row_tables
from likeness.warehouse import packing


def model(dbt, session):
    dbt.config(materialized="table")
    numbers = dbt.config.meta_get("continuous_variables")
    categories = dbt.config.meta_get("categorical_variables")
    bounds = dbt.config.meta_get("rows")
    periods, rates_by = rates.entries(
        dbt.config.meta_get("rates_by"),
        conditions=dbt.config.meta_get("condition_on"),
        categories=categories,
        dates=warehouse.values(
            dbt.ref("fields").filter("kind in ('date', 'timestamp')"), "name", "position"
        ),
        target=dbt.config.meta_get("utility_target"),
    )
    rows = warehouse.small(
        dbt.ref("likeness", "int_comparison__sample"), order_by="source, position"
    )
    more_numbers, more_categories = inputs.feature_columns(rows.columns)
    measured = row_tables.tables_of_rows(
        {
            part: inputs.samples_within(
                rows, numbers, categories + (periods if part == "rates" else []), n
            )
            for part, n in {**bounds, "rates": bounds["comparison"]}.items()
        }
        | {
            "all fields": inputs.samples_within(
                rows, numbers + more_numbers, categories + more_categories, bounds["detection"]
            )
        },
        warehouse.small(dbt.ref("likeness", "int_comparison__copies")),
        warehouse.small(dbt.ref("likeness", "int_comparison__level_overlaps")),
        min_cell_rows=dbt.config.meta_get("min_cell_rows"),
        conditions=dbt.config.meta_get("condition_on"),
        correlation_keys=dbt.config.meta_get("correlation_keys"),
        target=dbt.config.meta_get("utility_target"),
        seed=dbt.config.meta_get("random_seed"),
        privacy_rows=bounds["privacy"],
        rates_by=rates_by,
        periods=periods,
        means_by=dbt.config.meta_get("means_by"),
    )
    return warehouse.back(session, packing.pack(measured), packing.TYPES)
