{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='fail', tags=['small']) }}

with measured as (
    select * from {{ ref('int_comparison_utility') }}
),

of_generator as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        target,
        positive,
        auc_synthetic,
        auc_synthetic_low,
        auc_synthetic_high,
        auc_train,
        auc_train_low,
        auc_train_high,
        ratio,
        ratio_low,
        ratio_high,
        n_train,
        n_holdout,
        n_synthetic,
        reason
    from measured
)

select * from of_generator
