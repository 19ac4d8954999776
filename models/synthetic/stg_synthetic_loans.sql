{{ config(tags=['rows']) }}

with typed as (
    select
        responses.synthetic_id,
        responses.generator,
        responses.seed_id,
        {{ typed_loan_columns('responses') }}
    from {{ ref('synthetic_responses') }} as responses
)

select * from typed
