{{ config(tags=['aggregate']) }}

{#- What a published level of a condition shares with the clusters and with the levels of the other conditions. -#}
{%- set conditions = var('condition_on') -%}

with loans as (
    {{ clustered_loans() }}
),

counted as (
    {%- for condition in conditions %}
    {%- set is_last_condition = loop.last %}
    {%- for other in ['cluster_id'] + (conditions | reject('equalto', condition) | list) %}
    select
        {{ literal(condition) }} as condition,
        coalesce(cast({{ column_sql(condition) }} as varchar), '(missing)') as level,
        {{ literal(other) }} as other,
        coalesce(cast({{ column_sql(other) }} as varchar), '(missing)') as other_level,
        count(*) as n
    from loans
    group by all
    {{ 'union all' if not (is_last_condition and loop.last) }}
    {%- endfor %}
    {%- else %}
    select
        cast(null as varchar) as condition,
        cast(null as varchar) as level,
        cast(null as varchar) as other,
        cast(null as varchar) as other_level,
        cast(null as bigint) as n
    from loans
    where false
    {%- endfor %}
)

select * from counted
