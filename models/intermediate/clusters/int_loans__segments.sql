{{ config(tags=['rows']) }}

{#- A value that fewer rows hold is never named: of an ordered key it joins the nearest value, of the others the
    commonest one. A missing value is a value. -#}
{%- set keys = var('segment_keys') %}

with train as (
    {{ loans_of('train') }}
),

counted as (
    {%- for key in keys %}
    select
        {{ literal(key) }} as segment_key,
        {{ var('segment_roles').get(key, 'ordered') == 'ordered' }} as is_ordered,
        coalesce(cast({{ column_sql(key) }} as varchar), '(missing)') as value,
        count(*) as n_rows
    from train
    group by all
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as varchar) as segment_key,
        cast(null as boolean) as is_ordered,
        cast(null as varchar) as value,
        cast(null as bigint) as n_rows
    where false
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

segments as (
    select
        {%- for key in keys %}
        of_{{ loop.index }}.named_values[coalesce(cast({{ column_sql(key, 'train') }} as varchar), '(missing)')]
            as {{ column_sql(key) }},
        {%- endfor %}
        {%- for key in var('clustering_keys') %}
        try_cast({{ column_sql(key, 'train') }} as double) as {{ column_sql(key) }},
        {%- endfor %}
        train.loan_id
    from train
    {%- for key in keys %}
    inner join names as of_{{ loop.index }} on of_{{ loop.index }}.segment_key = {{ literal(key) }}
    {%- endfor %}
)

select * from segments
