{#
    Categories that enough train rows have, that the accepted rows should show ten times over at that share, and that
    none of them shows, as a query (variable, value): the method loses rare grades and owners so. So are quarters of
    dates that five times as many train rows have, a lost vintage; of fewer a step of a year and one of its months
    need not meet. `train` is a query, `synthetic` a relation.
#}
{% macro missing_categories(train, synthetic) %}
{%- set dates = field_list() | selectattr("kind", "in", ["date", "timestamp"]) | map(attribute="name") | list %}
{%- set names = var('categorical_variables') + dates %}
{%- set listed = [] %}
{%- for name in dates %}
{%- do listed.append(literal(name)) %}
{%- endfor %}
with train_rows as (
    {{ train }}
),

train as (
    select *{{ quarters_for(dates) }} from train_rows
),

synthetic as (
    select *{{ quarters_for(dates) }} from {{ synthetic }}
),

train_counts as (
    {{ value_counts('train', [], names, 'varchar') }}
),

synthetic_counts as (
    {{ value_counts('synthetic', [], names, 'varchar') }}
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
    and train_counts.n >= {{ var('min_cell_rows') }}{% if dates %} * case when train_counts.variable in ({{ listed | join(', ') }}) then 5 else 1 end{% endif %}
    and train_counts.n / sizes.n_train * sizes.n_synthetic >= 10
{% endmacro %}

{# After `select *`: dates as their quarters. #}
{% macro quarters_for(dates) -%}
    {%- if dates %} replace (
    {%- for name in dates %}
        {{ quarter_sql(column_sql(name)) }} as {{ column_sql(name) }}{{ "," if not loop.last }}
    {%- endfor %}
    )
    {%- endif -%}
{%- endmacro %}
