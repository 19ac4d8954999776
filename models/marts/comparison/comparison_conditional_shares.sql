{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='fail', tags=['small']) }}

with measured as (
    select * from {{ ref('int_comparison_conditionals') }}
    where part = 'share'
),

of_generator as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        condition,
        level,
        variable,
        category,
        position,
        train,
        holdout,
        synthetic,
        reason
    from measured
)

select * from of_generator
