{{ config(materialized='view', tags=['rows']) }}

with train as (
    select
        *,
        md5(loan_id || ':fit') as draw
    from {{ ref('int_loans__train') }}
),

bounded as (
    select * exclude (draw)
    from train
    order by draw
    limit {{ var('max_fit_rows') }}
)

select * from bounded
