{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='fail', tags=['small']) }}

with measured as (
    select * from {{ ref('int_comparison_conditionals') }}
    where part = 'moments'
),

of_generator as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        condition,
        level,
        variable,
        source,
        n,
        mean,
        std,
        skewness,
        kurtosis,
        low_cell_mean,
        p01,
        p05,
        p25,
        p50,
        p75,
        p95,
        p99,
        high_cell_mean,
        reason
    from measured
)

select * from of_generator
