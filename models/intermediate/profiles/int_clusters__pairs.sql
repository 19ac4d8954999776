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
        '{{ x }}' as variable_x,
        '{{ y }}' as variable_y,
        cast({{ x }} as double) as x,
        cast({{ y }} as double) as y,
        count(*) as n
    from loans
    where {{ x }} is not null and {{ y }} is not null
    group by all
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if loop.index < keys | length - 1 }}
    {%- endfor %}
)

select * from counted
