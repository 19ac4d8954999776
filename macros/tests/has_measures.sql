{#
    The mart holds rows of this build's generator wherever the table has what it measures (`of`): any variable, numbers,
    categories, pairs of variables, or numbers, categories or rates given another variable.
#}
{% test has_measures(model, of="variables") %}
    {% set numbers = var("continuous_variables") %}
    {% set categories = var("categorical_variables") %}
    {% set conditions = var("condition_on") %}
    {% set target = var("utility_target").get("variable") if var("utility_target") else none %}
    {% set others = categories | reject("in", conditions if conditions | length == 1 else []) | list %}
    {% set wanted = {
        "variables": numbers or categories,
        "numbers": numbers,
        "categories": categories,
        "pairs": (numbers + categories) | length > 1,
        "numbers given": numbers and conditions,
        "categories given": others and conditions,
        "variables given": conditions and (numbers or others),
        "target": target,
        "rates": target and (categories | reject("equalto", target) | list),
    }[of] %}
    select 'no rows' as finding
    where
        {{ "true" if wanted else "false" }}
        and not exists (select 1 from {{ model }} where generator = {{ literal(var("generator")) }})
{% endtest %}
