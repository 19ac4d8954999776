{{ config(tags=['aggregate']) }}

{%- set variables = var('continuous_variables') + var('categorical_variables') %}

with compared as (
    {{ compared_loans() }}
),

values_counted as (
    {{ counts_by_kind('compared', ['source'], var('continuous_variables'), var('categorical_variables')) }}
),

periods as (
    {{ filled_counts('compared', ['source'], variables, var('missing_by')) }}
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
