from likeness import apart, engine
from likeness.invocation import is_empty


def model(dbt, session):
    dbt.config(materialized="table")
    numbers = dbt.config.meta_get("continuous_variables")
    categories = dbt.config.meta_get("categorical_variables")
    shares = dbt.ref("int_comparison_shares")
    types = {"position": "integer", **dict.fromkeys(["part", "file", "title", "svg"], "varchar")}
    if is_empty():
        return engine.spread(session, [], types)
    drawn = apart.called(
        "likeness.report.draw.draw_shares",
        engine.small(shares, order_by="variable, position"),
        [*numbers, *categories],
    )
    return engine.back(session, drawn.assign(position=range(1, len(drawn) + 1)), types)
