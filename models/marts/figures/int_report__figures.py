from likeness import apart, engine
from likeness.invocation import is_empty
from likeness.report import inputs


def model(dbt, session):
    dbt.config(materialized="table")
    generator = dbt.config.meta_get("generator")
    conditions = dbt.config.meta_get("condition_on")
    numbers = dbt.config.meta_get("continuous_variables")
    categories = dbt.config.meta_get("categorical_variables")
    fields = engine.small(dbt.ref("fields"), order_by="position")
    shares = dbt.ref("comparison_shares")
    moments = dbt.ref("comparison_conditional_moments")
    correlations = dbt.ref("comparison_correlations")
    types = {"position": "integer", **dict.fromkeys(["part", "file", "title", "svg"], "varchar")}
    if is_empty():
        return engine.spread(session, [], types)
    tables = {
        "shares": inputs.of_generator(shares, generator, "variable, position"),
        "moments": inputs.of_generator(moments, generator, "condition, level, variable, source"),
        "associations": inputs.associations(
            inputs.of_generator(correlations, generator, "variable_1, variable_2, method")
        ),
    }
    boxed = fields.loc[fields["kind"] == "continuous", "name"].tolist()
    drawn = apart.called(
        "likeness.report.draw.draw_all", tables, [*numbers, *categories], boxed, conditions[0]
    )
    return engine.back(session, drawn.assign(position=range(1, len(drawn) + 1)), types)
