{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='fail', tags=['small']) }}

with measured as (
    select * from {{ ref('int_comparison_privacy') }}
),

of_generator as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        metric,
        value,
        value_low,
        value_high,
        reference,
        n_used,
        reason
    from measured
)

select * from of_generator
