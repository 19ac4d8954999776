{# `value` between the bounds that are given; at least one must be. #}
{% macro _within(value, min_value, max_value, strictly) %}
    {%- if min_value is none and max_value is none -%}
        {{ exceptions.raise_compiler_error("Give min_value, max_value or both.") }}
    {%- endif -%}
    {%- set eq = "" if strictly else "=" -%}
    (
        true
        {%- if min_value is not none %} and {{ value }} >{{ eq }} {{ min_value }}{% endif -%}
        {%- if max_value is not none %} and {{ value }} <{{ eq }} {{ max_value }}{% endif %}
    )
{%- endmacro %}


{# Rows for which `expression` is false. A null is not a failure. #}
{% macro _rows_that_fail(model, expression, row_condition) %}
    select *
    from {{ model }}
    where not ({{ expression }})
    {%- if row_condition %} and ({{ row_condition }}){% endif %}
{% endmacro %}


{# Groups (or the whole table) for which an aggregate is outside its bounds. #}
{% macro _groups_that_fail(model, aggregate, min_value, max_value, group_by, row_condition, strictly) %}
    with measured as (
        select
            {% for key in group_by or [] %}{{ key }}, {% endfor -%}
            {{ aggregate }} as measured_value
        from {{ model }}
        {%- if row_condition %} where {{ row_condition }}{% endif %}
        {%- if group_by %} group by {{ group_by | join(", ") }}{% endif %}
    )

    select *
    from measured
    where not {{ dbt_expectations._within("measured_value", min_value, max_value, strictly) }}
{% endmacro %}
