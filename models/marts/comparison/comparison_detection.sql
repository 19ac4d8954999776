{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='fail', tags=['small']) }}

with measured as (
    select * from {{ ref('int_comparison_detection') }}
    where feature is null
),

of_generator as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        auc,
        auc_low,
        auc_high,
        auc_reference,
        n_used,
        reason
    from measured
)

select * from of_generator
