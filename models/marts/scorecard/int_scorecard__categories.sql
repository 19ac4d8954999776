{{ config(tags=['aggregate']) }}

{#- Categories that enough train rows have, that the accepted rows should show ten times over at that share, and that
    none of them shows: the method loses rare grades and owners so. -#}

with train as (
    select * from {{ ref('int_loans__train') }}
),

synthetic as (
    select * from {{ ref('synthetic_loans_typed') }}
),

train_counts as (
    {{ value_counts('train', [], var('categorical_variables'), 'varchar') }}
),

synthetic_counts as (
    {{ value_counts('synthetic', [], var('categorical_variables'), 'varchar') }}
),

sizes as (
    select
        (select count(*) from train) as n_train,
        (select count(*) from synthetic) as n_synthetic
),

lost as (
    select
        train_counts.variable,
        train_counts.value
    from train_counts
    cross join sizes
    left join synthetic_counts
        on
            train_counts.variable = synthetic_counts.variable
            and train_counts.value = synthetic_counts.value
    where
        train_counts.value is not null
        and synthetic_counts.value is null
        and train_counts.n >= {{ var('min_cell_rows') }}
        and train_counts.n / sizes.n_train * sizes.n_synthetic >= 10
),

metric as (
    select
        'missing_categories' as metric,
        'shape' as dimension,
        count(*) as value,
        0 as reference,
        'lower' as direction,
        nullif(string_agg(variable || '=' || value, ', ' order by variable, value), '') as reason
    from lost
)

select * from metric
