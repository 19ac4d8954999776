{{ config(tags=['aggregate']) }}

with train as (
    {{ loans_of('train') }}
),

{% for name, entry in var('rule_patterns').items() -%}
{{ name }}_rows as (
    select
        '{{ name }}' as name,
        '{{ entry.within }}' as within_column,
        cast({{ entry.within }} as varchar) as within_value,
        '{{ entry.value }}' as value_column,
        cast({{ entry.value }} as varchar) as row_value
    from train
    where {{ entry.within }} is not null and {{ entry.value }} is not null
),

{% endfor -%}

pattern_rows as (
    {% for name in var('rule_patterns') -%}
    select * from {{ name }}_rows
    union all
    {% endfor -%}
    select
        cast(null as varchar) as name,
        cast(null as varchar) as within_column,
        cast(null as varchar) as within_value,
        cast(null as varchar) as value_column,
        cast(null as varchar) as row_value
    where false
),

entries as (
    {% for name, entry in var('rule_patterns').items() -%}
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

patterns as (
    select
        name,
        within_column,
        within_value,
        value_column,
        case when min(row_value) = max(row_value) then min(row_value) else 'mixed' end as pattern
    from pattern_rows
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
        cast(null as varchar) as pattern
    from entries
    where entries.name not in (select patterns.name from patterns)
),

named as (
    select * from patterns
    union all
    select * from without_groups
)

select * from named
