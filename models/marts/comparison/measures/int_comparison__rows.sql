{{ config(materialized='view', tags=['rows']) }}

{%- set columns = (var('continuous_variables') + var('categorical_variables')) | join(', ') %}

with train as (
    select
        loan_id as row_id,
        {{ columns }}
    from {{ ref('int_loans__train') }}
),

holdout as (
    select
        loan_id as row_id,
        {{ columns }}
    from {{ ref('int_loans__holdout') }}
),

synthetic as (
    select
        synthetic_id as row_id,
        {{ columns }}
    from {{ ref('synthetic_loans_typed') }}
),

compared as (
    select
        'train' as source,
        *
    from train
    union all
    select
        'holdout',
        *
    from holdout
    union all
    select
        'synthetic',
        *
    from synthetic
)

select * from compared
