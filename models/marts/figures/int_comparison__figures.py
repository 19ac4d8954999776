from likeness import warehouse
from likeness.metrics import inputs, tables
from likeness.warehouse import workers
from likeness.warehouse.dbt_flags import is_empty


def model(dbt, session):
    dbt.config(materialized="table")
    variables = dbt.config.meta_get("continuous_variables")
    others = dbt.config.meta_get("categorical_variables")
    numbers = inputs.number_counts(dbt.ref("int_comparison__number_counts"), variables)
    categories = inputs.category_counts(dbt.ref("int_comparison__category_counts"), others)
    types = {"position": "integer", **dict.fromkeys(["part", "file", "title", "svg"], "varchar")}
    if is_empty():
        return warehouse.spread(session, [], types)
    shares = tables.shares_table(numbers, categories, dbt.config.meta_get("min_cell_rows"))
    drawn = workers.called("likeness.report.draw.draw_shares", shares, [*variables, *others])
    return warehouse.back(session, drawn.assign(position=range(1, len(drawn) + 1)), types)
