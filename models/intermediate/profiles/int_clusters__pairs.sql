{{ config(tags=['aggregate']) }}

{#- Each pair of `correlation_keys`, later with earlier, so that it reads as in the seed text. -#}
{%- set keys = var('correlation_keys') -%}

with loans as (
    {{ clustered_loans() }}
),

counted as (
    {%- for x in keys %}
    {%- for y in keys[loop.index:] %}
    select
        cluster_id,
        {{ literal(x) }} as variable_x,
        {{ literal(y) }} as variable_y,
        cast({{ column_sql(x) }} as double) as x,
        cast({{ column_sql(y) }} as double) as y,
        count(*) as n
    from loans
    where {{ column_sql(x) }} is not null and {{ column_sql(y) }} is not null
    group by all
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if loop.index < keys | length - 1 }}
    {%- endfor %}
)

select * from counted
