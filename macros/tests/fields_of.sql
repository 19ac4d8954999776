{#
    The columns of `model` are the fields of seeds/fields.csv in their order, `typed` with the derived ones, then
    `after`, then with `generated` the received value of each formula's target.
#}
{% test columns_of_fields(model, typed=false, before=[], after=[], generated=false) %}
    {% set expected = before + (field_list() | map(attribute="name") | list) %}
    {% set expected = expected + ((derived_fields() | map(attribute="name") | list) if typed else []) + after %}
    {% for formula in formula_list() if generated %}
        {% do expected.append(formula.target ~ "_generated") %}
    {% endfor %}
    {% set there = (adapter.get_columns_in_relation(model) | map(attribute="name") | list) if execute else [] %}
    {% for name in expected %}
    {% set found = there[loop.index0] if loop.index <= there | length else none %}
    {% if found != name %}
    select
        {{ loop.index }} as position,
        {{ literal(name) }} as expected,
        {{ literal(found) if found is not none else "cast(null as varchar)" }} as there
    union all
    {% endif %}
    {% endfor %}
    select
        {{ expected | length }} as position,
        'no more columns' as expected,
        cast({{ there | length }} as varchar) as there
    where {{ there | length }} > {{ expected | length }}
{% endtest %}

{# No row of `model` lacks a field that seeds/fields.csv calls required. #}
{% test required_fields_are_filled(model) %}
    {{ missing_in_required_fields(model) }}
{% endtest %}

{% macro missing_in_required_fields(model) %}{{ return(adapter.dispatch('missing_in_required_fields', 'likeness')(model)) }}{% endmacro %}

{# On Spark in one pass: it reads a relation anew for each part of a union. #}
{% macro sparkpython__missing_in_required_fields(model) %}
    select n_missing
    from (
        select count(*) filter (where {% for field in all_fields() if not field.nullable %}{{ column_sql(field.name) }} is null or {% endfor %}false) as n_missing
        from {{ model }}
    ) as counted
    where n_missing > 0
{% endmacro %}

{% macro default__missing_in_required_fields(model) %}
    {% for field in all_fields() if not field.nullable %}
    select
        {{ literal(field.name) }} as field,
        count(*) as n_missing
    from {{ model }}
    where {{ column_sql(field.name) }} is null
    having count(*) > 0
    union all
    {% endfor %}
    select
        cast(null as varchar) as field,
        0 as n_missing
    where false
{% endmacro %}
