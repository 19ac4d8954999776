{{ config(tags=['aggregate']) }}

{#- Both ends rest on the mean of the outermost min_cell_rows rows, rounded outward to a whole number, so that no
    end is one borrower's value. -#}
{%- set floor_rows = var('min_cell_rows') %}

with
{% for name, entry in var('rule_ranges').items() -%}
{{ name }}_ranked as (
    select
        '{{ name }}' as name,
        '{{ entry.within }}' as within_column,
        cast({{ entry.within }} as varchar) as within_value,
        '{{ entry.value }}' as value_column,
        {{ entry.value }} as ranked_value,
        row_number() over (partition by {{ entry.within }} order by {{ entry.value }}, loan_id) as rank_up,
        row_number() over (partition by {{ entry.within }} order by {{ entry.value }} desc, loan_id) as rank_down
    from {{ ref('int_loans__train') }}
    where {{ entry.within }} is not null and {{ entry.value }} is not null
),

{% endfor -%}

ranked as (
    {% for name in var('rule_ranges') -%}
    select * from {{ name }}_ranked
    {{- " union all " if not loop.last }}
    {% endfor -%}
),

ranges as (
    select
        name,
        within_column,
        within_value,
        value_column,
        count(*) as n_rows,
        floor(round(avg(ranked_value) filter (where rank_up <= {{ floor_rows }}), 6)) as low,
        ceil(round(avg(ranked_value) filter (where rank_down <= {{ floor_rows }}), 6)) as high
    from ranked
    group by name, within_column, within_value, value_column
    having count(*) >= {{ floor_rows }}
)

select * from ranges
