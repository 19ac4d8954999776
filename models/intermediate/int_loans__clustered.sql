{{ config(tags=['rows']) }}

with cells as (
    select * from {{ ref('int_loans__cells') }}
),

merged as (
    select * from {{ ref('int_cells__merged') }}
),

clustered as (
    select
        cells.loan_id,
        merged.cluster_id
    from cells
    inner join merged
        on cells.cluster_no = merged.cluster_no
        {%- for key in var('segment_keys') %}
        and cells.{{ key }} = merged.{{ key }}
        {%- endfor %}
)

select * from clustered
