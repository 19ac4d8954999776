{{ config(materialized='view', tags=['rows']) }}

with train as (
    select loan_id
    from {{ ref('int_loans__split') }}
    where split = 'train'
),

loans as (
    select loans.*
    from {{ ref('stg_loans') }} as loans
    inner join train on loans.loan_id = train.loan_id
)

select * from loans
