{#
    How often each value of each variable occurs, within the groups of `keys`: the one aggregate
    that moments, quantiles, shares and divergences are made from.
#}
{% macro value_counts(relation, keys, variables, type) -%}
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
