{{ config(materialized='view', tags=['rows']) }}

with holdout as (
    select loan_id
    from {{ ref('int_loans__split') }}
    where split = 'holdout'
),

loans as (
    select loans.*
    from {{ ref('stg_loans') }} as loans
    inner join holdout on loans.loan_id = holdout.loan_id
)

select * from loans
