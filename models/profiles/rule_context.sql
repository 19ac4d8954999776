{{ config(tags=['aggregate']) }}

{#- Ranges: three standard deviations about the mean, rounded outward to whole numbers: it rests on all rows of its
    group, so neither end is a borrower's value, and about one source row in 500 lies outside. -#}
{%- set entries = [] %}
{%- for name, entry in var('rule_ranges').items() %}
{%- do entries.append({"name": name, "is_range": true, "within": entry.within, "value": entry.value}) %}
{%- endfor %}
{%- for name, entry in var('rule_patterns').items() %}
{%- do entries.append({"name": name, "is_range": false, "within": entry.within, "value": entry.value}) %}
{%- endfor %}

with train as (
    {{ loans_of('train') }}
),

entry_rows as (
    {%- for entry in entries %}
    select
        {{ literal(entry.name) }} as name,
        {{ literal(entry.within) }} as within_column,
        cast({{ column_sql(entry.within) }} as varchar) as within_value,
        {{ literal(entry.value) }} as value_column,
        {{ "cast(" ~ column_sql(entry.value) ~ " as double)" if entry.is_range else "cast(null as double)" }} as row_number_value,
        {{ "cast(null as varchar)" if entry.is_range else "cast(" ~ column_sql(entry.value) ~ " as varchar)" }} as row_text_value
    from train
    where {{ column_sql(entry.value) }} is not null
    union all
    {%- endfor %}
    select
        cast(null as varchar) as name,
        cast(null as varchar) as within_column,
        cast(null as varchar) as within_value,
        cast(null as varchar) as value_column,
        cast(null as double) as row_number_value,
        cast(null as varchar) as row_text_value
    where false
),

groups as (
    select
        name,
        within_column,
        within_value,
        value_column,
        floor(round(avg(row_number_value) - 3 * stddev(row_number_value), 6)) as low,
        ceil(round(avg(row_number_value) + 3 * stddev(row_number_value), 6)) as high,
        case
            when min(row_text_value) = max(row_text_value) then min(row_text_value)
            when count(row_text_value) > 0 then 'mixed'
        end as pattern,
        count(*) as n,
        within_value is not null and n >= {{ var('min_cell_rows') }} as is_large
    from entry_rows
    group by name, within_column, within_value, value_column
),

-- Where the groups leave too few rows over, the smallest is left out with them: no subtraction gives their numbers.
ranked as (
    select
        *,
        coalesce(sum(n) filter (where not is_large) over (partition by name), 0) as n_left_over,
        row_number() over (partition by name, is_large order by n, within_value) as position
    from groups
),

context as (
    select
        name,
        within_column,
        within_value,
        value_column,
        low,
        high,
        pattern
    from ranked
    where is_large and not (n_left_over between 1 and {{ var('min_cell_rows') }} - 1 and position = 1)
),

entries as (
    {%- for entry in entries %}
    select
        {{ literal(entry.name) }} as name,
        {{ literal(entry.within) }} as within_column,
        {{ literal(entry.value) }} as value_column,
        {{ "cast(null as varchar)" if entry.is_range else "'mixed'" }} as pattern
    union all
    {%- endfor %}
    select
        cast(null as varchar) as name,
        cast(null as varchar) as within_column,
        cast(null as varchar) as value_column,
        cast(null as varchar) as pattern
    where false
),

-- An entry without any group keeps its name, so that its rules can be evaluated: no row meets it.
without_groups as (
    select
        entries.name,
        entries.within_column,
        cast(null as varchar) as within_value,
        entries.value_column,
        cast(null as double) as low,
        cast(null as double) as high,
        entries.pattern
    from entries
    where entries.name not in (select context.name from context)
),

named as (
    select * from context
    union all
    select * from without_groups
)

select * from named
