{{ config(materialized='view', tags=['rows']) }}

with train as (
    {{ loans_of('train') }}
),

bounded as (
    select * from train
    order by md5(loan_id || ':fit')
    limit {{ var('max_fit_rows') }}
)

select * from bounded
