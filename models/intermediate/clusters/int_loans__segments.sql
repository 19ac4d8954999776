{{ config(tags=['rows']) }}

{#- A value that fewer rows hold is never named: of the ordered key it joins the nearest value, of the others the
    commonest one. A missing value is a value. -#}
{%- set keys = var('segment_keys') -%}

with train as (
    {{ loans_of('train') }}
),

counted as (
    {%- for key in keys %}
    select
        '{{ key }}' as segment_key,
        {{ loop.index == 1 }} as is_ordered,
        coalesce(cast("{{ key }}" as varchar), '(missing)') as value,
        count(*) as n_rows
    from train
    group by all
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

placed as (
    select
        *,
        row_number() over (
            partition by segment_key
            order by value = '(missing)' desc, try_cast(value as double) asc nulls last, value asc
        ) as place
    from counted
),

named as (
    select * from placed
    where n_rows >= {{ var('min_cell_rows') }}
),

values_named as (
    select
        placed.segment_key,
        placed.value,
        case
            when placed.n_rows >= {{ var('min_cell_rows') }} then placed.value
            else coalesce(named.value, '(other)')
        end as named_value
    from placed
    left join named on placed.segment_key = named.segment_key
    qualify row_number() over (
        partition by placed.segment_key, placed.value
        order by
            case when placed.is_ordered then abs(named.place - placed.place) end asc,
            named.n_rows desc, named.value asc
    ) = 1
),

names as (
    select
        segment_key,
        map(list(value), list(named_value)) as named_values
    from values_named
    group by segment_key
),

{% for key in keys -%}
of_{{ key }} as (
    select named_values from names
    where segment_key = '{{ key }}'
),

{% endfor -%}

segments as (
    select
        {% for key in keys -%}
        of_{{ key }}.named_values[coalesce(cast(train."{{ key }}" as varchar), '(missing)')] as "{{ key }}",
        {% endfor -%}
        {% for key in var('clustering_keys') -%}
        try_cast(train."{{ key }}" as double) as "{{ key }}",
        {% endfor -%}
        train.loan_id
    from train
    {% for key in keys -%}
    cross join of_{{ key }}
    {% endfor -%}
)

select * from segments
