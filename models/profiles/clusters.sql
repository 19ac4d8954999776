{{ config(tags=['small']) }}

with cells as (
    select *
    from {{ ref('likeness', 'int_value_groups__merged') }}
    where cluster_id is not null
),

clusters as (
    select
        cluster_id,
        {%- for key in var('segment_keys') %}
        string_agg(distinct {{ column_sql(key) }}, '|' order by {{ column_sql(key) }}) as {{ column_sql(key) }},
        {%- endfor %}
        cast(sum(n_rows) as bigint) as n_rows,
        any_value(merged) as merged
    from cells
    group by cluster_id
)

select * from clusters
