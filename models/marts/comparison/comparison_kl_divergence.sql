{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='fail', tags=['small']) }}

with measured as (
    select * from {{ ref('int_comparison_kl_divergence') }}
),

of_generator as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        variable,
        kind,
        bins,
        kl_divergence,
        kl_reverse,
        kl_holdout,
        kl_noise,
        kl_holdout_noise,
        jensen_shannon_distance,
        total_variation_distance,
        missing_categories,
        novel_categories,
        smoothing,
        reason
    from measured
)

select * from of_generator
