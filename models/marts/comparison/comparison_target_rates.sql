{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='fail', tags=['small']) }}

with measured as (
    select * from {{ ref('int_comparison_target_rates') }}
),

of_generator as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        variable,
        level,
        train,
        holdout,
        synthetic,
        difference,
        z,
        difference_holdout,
        z_holdout,
        n_synthetic,
        reason
    from measured
)

select * from of_generator
