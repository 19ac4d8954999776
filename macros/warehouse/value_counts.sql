{#
    How often each value of each variable occurs, within the groups of `keys`: the one aggregate
    that moments, quantiles, shares and divergences are made from.
#}
{% macro value_counts(relation, keys, variables, type) -%}
    {{ return(adapter.dispatch('value_counts', 'likeness')(relation, keys, variables, type)) }}
{%- endmacro %}

{# On Spark in one pass: it reads a relation anew for each part of a union. #}
{% macro sparkpython__value_counts(relation, keys, variables, type) -%}
    {%- if not variables -%}
        {{ return(default__value_counts(relation, keys, variables, type)) }}
    {%- endif %}
    select
        {%- for key in keys %}
        {{ column_sql(key) }},
        {%- endfor %}
        variable,
        value,
        count(*) as n
    from (
        select
            {%- for key in keys %}
            {{ column_sql(key) }},
            {%- endfor %}
            unnest([
                {%- for variable in variables %}
                struct_pack(variable := {{ literal(variable) }}, value := cast({{ column_sql(variable) }} as {{ type }})){{ "," if not loop.last }}
                {%- endfor %}
            ], recursive := true)
        from {{ relation }}
    ) as one_each
    group by all
{%- endmacro %}

{% macro default__value_counts(relation, keys, variables, type) -%}
    {%- for variable in variables %}
    select
        {%- for key in keys %}
        {{ column_sql(key) }},
        {%- endfor %}
        {{ literal(variable) }} as variable,
        cast({{ column_sql(variable) }} as {{ type }}) as value,
        count(*) as n
    from {{ relation }}
    group by all
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        {%- for key in keys %}
        {{ column_sql(key) }},
        {%- endfor %}
        cast(null as varchar) as variable,
        cast(null as {{ type }}) as value,
        cast(null as bigint) as n
    from {{ relation }}
    where false
    {%- endfor %}
{%- endmacro %}

{#
    The same of numbers and of categories in one: the columns `keys`, `variable`, `kind` (number or category), `number`,
    `category` and `n`; a missing value is null in both.
#}
{% macro counts_by_kind(relation, keys, numbers, categories) -%}
    with number_counts as (
        {{ value_counts(relation, keys, numbers, 'double') }}
    ),

    category_counts as (
        {{ value_counts(relation, keys, categories, 'varchar') }}
    )

    select
        * exclude (value, n),
        'number' as kind,
        value as number,
        cast(null as varchar) as category,
        n
    from number_counts
    union all
    select
        * exclude (value, n),
        'category',
        cast(null as double),
        value,
        n
    from category_counts
{%- endmacro %}
