{{ config(tags=['rows']) }}

with cells as (
    select * from {{ ref('likeness', 'int_loans__value_groups') }}
),

merged as (
    select * from {{ ref('likeness', 'int_value_groups__merged') }}
),

clustered as (
    select
        cells.loan_id,
        merged.cluster_id
    from cells
    inner join merged
        using (
            cluster_no
            {%- for key in var('segment_keys') %}, {{ column_sql(key) }}{% endfor %}
        )
)

select * from clustered
