{{ config(materialized='view', tags=['rows']) }}

with loans as (
    select * from {{ ref('int_export__typed') }}
),

computed as (
    select
        synthetic_id,
        installment,
        {{ emi('loan_amnt', 'int_rate', 'term') }} as installment_formula
    from loans
)

select * from computed
