{{ config(tags=['aggregate']) }}

{#- Three standard deviations about the mean, rounded outward to whole numbers: it rests on all rows of its group,
    so neither end is a borrower's value, and about one source row in 500 lies outside. -#}

with train as (
    {{ loans_of('train') }}
),

{% for name, entry in var('rule_ranges').items() -%}
{{ name }}_rows as (
    select
        '{{ name }}' as name,
        '{{ entry.within }}' as within_column,
        cast({{ entry.within }} as varchar) as within_value,
        '{{ entry.value }}' as value_column,
        {{ entry.value }} as row_value
    from train
    where {{ entry.within }} is not null and {{ entry.value }} is not null
),

{% endfor -%}

range_rows as (
    {% for name in var('rule_ranges') -%}
    select * from {{ name }}_rows
    union all
    {% endfor -%}
    select
        cast(null as varchar) as name,
        cast(null as varchar) as within_column,
        cast(null as varchar) as within_value,
        cast(null as varchar) as value_column,
        cast(null as double) as row_value
    where false
),

entries as (
    {% for name, entry in var('rule_ranges').items() -%}
    select
        '{{ name }}' as name,
        '{{ entry.within }}' as within_column,
        '{{ entry.value }}' as value_column
    union all
    {% endfor -%}
    select
        cast(null as varchar) as name,
        cast(null as varchar) as within_column,
        cast(null as varchar) as value_column
    where false
),

ranges as (
    select
        name,
        within_column,
        within_value,
        value_column,
        floor(round(avg(row_value) - 3 * stddev(row_value), 6)) as low,
        ceil(round(avg(row_value) + 3 * stddev(row_value), 6)) as high
    from range_rows
    group by name, within_column, within_value, value_column
    having count(*) >= {{ var('min_cell_rows') }}
),

-- An entry without any group keeps its name, so that its rules can be evaluated: they bind no row then.
without_groups as (
    select
        entries.name,
        entries.within_column,
        cast(null as varchar) as within_value,
        entries.value_column,
        cast(null as double) as low,
        cast(null as double) as high
    from entries
    where entries.name not in (select ranges.name from ranges)
),

named as (
    select * from ranges
    union all
    select * from without_groups
)

select * from named
