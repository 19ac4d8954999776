{{ config(materialized='view', tags=['rows']) }}

with train as (
    select
        loan_id,
        {% for key in var('segment_keys') -%}
        {{ key }},
        {% endfor -%}
        {% for key in var('clustering_keys') -%}
        try_cast("{{ key }}" as double) as "{{ key }}",
        {% endfor -%}
        md5(loan_id) as draw
    from {{ ref('int_loans__segments') }}
),

bounded as (
    select * exclude (draw)
    from train
    order by draw
    limit {{ var('max_fit_rows') }}
)

select * from bounded
