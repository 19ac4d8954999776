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

{#
    How often each variable is filled and missing in each period of the column `by` (null for that column itself, and
    for all where `by` is none): `keys`, `variable`, `period`, `n_filled`, `n_missing`.
#}
{% macro filled_counts(relation, keys, variables, by) -%}
    {{ return(adapter.dispatch('filled_counts', 'likeness')(relation, keys, variables, by)) }}
{%- endmacro %}

{% macro default__filled_counts(relation, keys, variables, by) -%}
    {%- for variable in variables %}
    select
        {%- for key in keys %}
        {{ column_sql(key) }},
        {%- endfor %}
        {{ literal(variable) }} as variable,
        {{ likeness.period_of(variable, by) }} as period,
        count({{ column_sql(variable) }}) as n_filled,
        count(*) - count({{ column_sql(variable) }}) as n_missing
    from {{ relation }}
    group by all
    union all
    {%- endfor %}
    select
        {%- for key in keys %}
        {{ column_sql(key) }},
        {%- endfor %}
        cast(null as varchar) as variable,
        cast(null as varchar) as period,
        cast(null as bigint) as n_filled,
        cast(null as bigint) as n_missing
    from {{ relation }}
    where false
{%- endmacro %}

{# On Spark in one pass, as above. #}
{% macro sparkpython__filled_counts(relation, keys, variables, by) -%}
    {%- if not variables -%}
        {{ return(likeness.default__filled_counts(relation, keys, variables, by)) }}
    {%- endif %}
    select
        {%- for key in keys %}
        {{ column_sql(key) }},
        {%- endfor %}
        variable,
        period,
        count(filled) as n_filled,
        count(*) - count(filled) as n_missing
    from (
        select
            {%- for key in keys %}
            {{ column_sql(key) }},
            {%- endfor %}
            unnest([
                {%- for variable in variables %}
                struct_pack(variable := {{ literal(variable) }}, period := {{ likeness.period_of(variable, by) }}, filled := case when {{ column_sql(variable) }} is not null then 1 end){{ "," if not loop.last }}
                {%- endfor %}
            ], recursive := true)
        from {{ relation }}
    ) as one_each
    group by all
{%- endmacro %}

{% macro period_of(variable, by) -%}
    {%- if by and variable != by -%}
    coalesce(cast({{ column_sql(by) }} as varchar), '(missing)')
    {%- else -%}
    cast(null as varchar)
    {%- endif -%}
{%- endmacro %}

{#
    How many rows have each level of a column beside each level of another, for `pairs` of two names, the second of
    which may be none (all rows): `condition`, `level`, `other`, `other_level`, `n`. A missing value is a level.
#}
{% macro level_counts(relation, pairs) -%}
    {{ return(adapter.dispatch('level_counts', 'likeness')(relation, pairs)) }}
{%- endmacro %}

{% macro default__level_counts(relation, pairs) -%}
    {%- for condition, other in pairs %}
    select
        {{ literal(condition) }} as condition,
        {{ likeness.level_of(condition) }} as level,
        {{ literal(other or 'all rows') }} as other,
        {{ likeness.level_of(other) }} as other_level,
        count(*) as n
    from {{ relation }}
    group by all
    union all
    {%- endfor %}
    select
        cast(null as varchar) as condition,
        cast(null as varchar) as level,
        cast(null as varchar) as other,
        cast(null as varchar) as other_level,
        cast(null as bigint) as n
    from {{ relation }}
    where false
{%- endmacro %}

{# On Spark in one pass, as above. #}
{% macro sparkpython__level_counts(relation, pairs) -%}
    {%- if not pairs -%}
        {{ return(likeness.default__level_counts(relation, pairs)) }}
    {%- endif %}
    select
        condition,
        level,
        other,
        other_level,
        count(*) as n
    from (
        select
            unnest([
                {%- for condition, other in pairs %}
                struct_pack(condition := {{ literal(condition) }}, level := {{ likeness.level_of(condition) }}, other := {{ literal(other or 'all rows') }}, other_level := {{ likeness.level_of(other) }}){{ "," if not loop.last }}
                {%- endfor %}
            ], recursive := true)
        from {{ relation }}
    ) as one_each
    group by all
{%- endmacro %}

{% macro level_of(column) -%}
    {{ "coalesce(cast(" ~ column_sql(column) ~ " as varchar), '(missing)')" if column else "'all'" }}
{%- endmacro %}
