{{ config(tags=['aggregate']) }}

{%- set variables = var('continuous_variables') + var('categorical_variables') %}

with compared as (
    {{ compared_loans() }}
),

values_counted as (
    {{ counts_by_kind('compared', ['source'], var('continuous_variables'), var('categorical_variables')) }}
),

periods as (
    {%- for variable in variables %}
    select
        source,
        {{ literal(variable) }} as variable,
        {%- if var('missing_by') and variable != var('missing_by') %}
        coalesce(cast({{ column_sql(var('missing_by')) }} as varchar), '(missing)') as period,
        {%- else %}
        cast(null as varchar) as period,
        {%- endif %}
        count({{ column_sql(variable) }}) as n_filled,
        count(*) - count({{ column_sql(variable) }}) as n_missing
    from compared
    group by all
    union all
    {%- endfor %}
    select
        source,
        cast(null as varchar) as variable,
        cast(null as varchar) as period,
        cast(null as bigint) as n_filled,
        cast(null as bigint) as n_missing
    from compared
    where false
),

counted as (
    select * from values_counted
    {%- for kind in ('filled', 'missing') %}
    union all
    select
        source,
        variable,
        '{{ kind }}',
        cast(null as double),
        period,
        n_{{ kind }}
    from periods
    {%- endfor %}
)

select * from counted
