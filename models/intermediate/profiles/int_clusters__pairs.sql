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
    union all
    {%- endfor %}
    {%- endfor %}
    select
        cluster_id,
        cast(null as varchar) as variable_x,
        cast(null as varchar) as variable_y,
        cast(null as double) as x,
        cast(null as double) as y,
        cast(null as bigint) as n
    from loans
    where false
)

select * from counted
