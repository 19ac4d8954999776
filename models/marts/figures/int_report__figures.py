from likeness import apart, engine
from likeness.invocation import is_empty
from likeness.report import inputs


def model(dbt, session):
    dbt.config(materialized="table")
    conditions = dbt.config.meta_get("condition_on")
    numbers = dbt.config.meta_get("continuous_variables")
    categories = dbt.config.meta_get("categorical_variables")
    fields = engine.small(dbt.ref("fields"), order_by="position")
    conditionals = dbt.ref("int_comparison_conditionals")
    correlations = dbt.ref("int_comparison_correlations")
    types = {"position": "integer", **dict.fromkeys(["part", "file", "title", "svg"], "varchar")}
    if is_empty():
        return engine.spread(session, [], types)
    moments = conditionals.filter("part = 'moments'")
    tables = {
        "moments": engine.small(moments, order_by="condition, level, variable, source"),
        "associations": inputs.associations(
            engine.small(correlations, order_by="variable_1, variable_2, method")
        ),
    }
    boxed = fields.loc[fields["kind"] == "continuous", "name"].tolist()
    drawn = apart.called(
        "likeness.report.draw.draw_others", tables, [*numbers, *categories], boxed, conditions[0]
    )
    return engine.back(session, drawn.assign(position=range(1, len(drawn) + 1)), types)
