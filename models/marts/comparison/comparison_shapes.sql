{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='fail', tags=['small']) }}

with measured as (
    select * from {{ ref('int_comparison_shapes') }}
),

of_generator as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        variable,
        kind,
        metric,
        similarity,
        similarity_holdout,
        wasserstein,
        wasserstein_holdout,
        wasserstein_in_std,
        wasserstein_in_std_holdout,
        reason
    from measured
)

select * from of_generator
