{{ config(materialized='view', tags=['rows']) }}

with typed as (
    select
        texts.synthetic_id,
        {{ typed_loan_columns('texts') }}
    from {{ ref('int_export__texts') }} as texts
)

select * from typed
