{{ config(materialized='view', tags=['rows']) }}

with typed as (
    select * from {{ ref('stg_loans__typed') }}
),

excluded as (
    select
        loan_id,
        reason
    from typed
    where reason is not null
)

select * from excluded
