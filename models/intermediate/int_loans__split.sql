{{ config(tags=['rows']) }}

with loans as (
    select loan_id from {{ ref('likeness', 'stg_loans') }}
),

split as (
    select
        loan_id,
        case
            when {{ hash_split('loan_id', 'split', var('holdout_fraction')) }} then 'holdout'
            else 'train'
        end as split
    from loans
)

select * from split
