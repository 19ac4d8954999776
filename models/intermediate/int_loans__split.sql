{{ config(tags=['rows']) }}

with loans as (
    select loan_id from {{ ref('stg_loans') }}
),

split as (
    select
        loan_id,
        case
            when {{ is_holdout('loan_id') }} then 'holdout'
            else 'train'
        end as split
    from loans
)

select * from split
