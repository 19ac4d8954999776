{{ config(tags=['aggregate']) }}

with cells as (
    select * from {{ ref('int_loans__value_groups') }}
),

counted as (
    select
        {% for key in var('segment_keys') -%}
        {{ key }},
        {% endfor -%}
        cluster_no,
        count(*) as n_rows
    from cells
    group by all
)

select * from counted
