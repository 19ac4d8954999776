{{ config(tags=['small']) }}

with counts as (
    select
        cluster_id,
        variable,
        category as value,
        n
    from {{ ref('likeness', 'int_clusters__counts') }}
    where kind = 'category'
),

pooled as (
    {{ pooled_shares('counts', ['cluster_id']) }}
)

select * from pooled
