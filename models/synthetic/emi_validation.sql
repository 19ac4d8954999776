{{ config(materialized='view', tags=['rows']) }}

with installments as (
    select
        synthetic_id,
        generated as installment_generated,
        formula as installment_formula,
        absolute_error,
        relative_error,
        verdict
    from {{ ref('likeness', 'formula_validation') }}
    where target = 'installment'
)

select * from installments
