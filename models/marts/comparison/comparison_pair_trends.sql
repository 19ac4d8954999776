{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='fail', tags=['small']) }}

with measured as (
    select * from {{ ref('int_comparison_pair_trends') }}
),

of_generator as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        variable_1,
        variable_2,
        metric,
        similarity,
        similarity_holdout,
        joint_distance,
        joint_distance_holdout,
        reason
    from measured
)

select * from of_generator
