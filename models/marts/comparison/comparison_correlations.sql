{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='fail', tags=['small']) }}

with measured as (
    select * from {{ ref('int_comparison_correlations') }}
),

of_generator as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        variable_1,
        variable_2,
        method,
        train,
        holdout,
        synthetic,
        difference,
        difference_holdout,
        is_correlation_key,
        reason
    from measured
)

select * from of_generator
