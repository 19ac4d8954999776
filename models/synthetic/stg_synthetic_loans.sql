{{ config(tags=['rows']) }}

with typed as (
    {{ typed_rows(ref('likeness', 'synthetic_responses'), keep=['synthetic_id', 'generator', 'seed_id']) }}
)

select * from typed
