{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='fail', tags=['small']) }}

with measured as (
    select * from {{ ref('int_comparison_moment_differences') }}
),

of_generator as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        variable,
        statistic,
        difference,
        standard_error,
        z,
        difference_holdout,
        standard_error_holdout,
        z_holdout,
        reason
    from measured
)

select * from of_generator
