{{ config(materialized='view', tags=['rows']) }}

with loans as (
    select * from {{ ref('stg_synthetic_loans') }}
),

computed as (
    select
        synthetic_id,
        installment as installment_generated,
        {{ emi('loan_amnt', 'int_rate', 'term') }} as installment_formula
    from loans
),

compared as (
    select
        *,
        round(abs(installment_generated - installment_formula), 6) as absolute_error,
        abs(installment_generated - installment_formula) / nullif(installment_formula, 0) as relative_error
    from computed
),

judged as (
    select
        *,
        case
            when installment_formula is null then 'no formula'
            when installment_generated is null then 'missing'
            when relative_error <= {{ var('emi_tolerance') }} then 'right'
            else 'wrong'
        end as verdict
    from compared
)

select * from judged
