{{ config(tags=['aggregate']) }}

{%- set variables = var('continuous_variables') + var('categorical_variables') %}

with compared as (
    {{ compared_loans() }}
),

counted as (
    {%- for variable in variables if variable != var('missing_by') %}
    select
        source,
        '{{ variable }}' as variable,
        cast({{ var('missing_by') }} as varchar) as period,
        count(*) as n,
        count(*) - count({{ variable }}) as n_missing
    from compared
    group by all
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from counted
