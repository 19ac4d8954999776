{#
    Categories that enough train rows have, that the accepted rows should show ten times over at that share, and that
    none of them shows, as a query (variable, value): the method loses rare grades and owners so. `train` is a query,
    `synthetic` a relation.
#}
{% macro missing_categories(train, synthetic) %}
with train as (
    {{ train }}
),

synthetic as (
    select * from {{ synthetic }}
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
)

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
{% endmacro %}
