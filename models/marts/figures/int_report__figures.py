from likeness import warehouse
from likeness.report import inputs
from likeness.warehouse import workers
from likeness.warehouse.dbt_flags import is_empty


def model(dbt, session):
    dbt.config(materialized="table")
    conditions = dbt.config.meta_get("condition_on")
    numbers = dbt.config.meta_get("continuous_variables")
    categories = dbt.config.meta_get("categorical_variables")
    fields = warehouse.small(dbt.ref("fields").filter("expression is null"), order_by="position")
    conditionals = dbt.ref("int_comparison_conditionals")
    correlations = dbt.ref("int_comparison_correlations")
    types = {"position": "integer", **dict.fromkeys(["part", "file", "title", "svg"], "varchar")}
    if is_empty():
        return warehouse.spread(session, [], types)
    moments = conditionals.filter("part = 'moments'")
    tables = {
        "moments": warehouse.small(moments, order_by="condition, level, variable, source"),
        "associations": inputs.associations(
            warehouse.small(correlations, order_by="variable_1, variable_2, method")
        ),
    }
    boxed = fields.loc[fields["kind"] == "continuous", "name"].tolist()
    drawn = workers.called(
        "likeness.report.draw.draw_others", tables, [*numbers, *categories], boxed, conditions[0]
    )
    return warehouse.back(session, drawn.assign(position=range(1, len(drawn) + 1)), types)
