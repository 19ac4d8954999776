{{ config(materialized='view', tags=['rows']) }}

{%- set keys = var('segment_keys') -%}

with train as (
    select * from {{ ref('int_loans__train') }}
),

names as (
    select
        segment_key,
        map(list(value), list(named_value)) as named_values
    from {{ ref('int_segments__values') }}
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
        train.* exclude ({{ keys | join(', ') }})
    from train
    {% for key in keys -%}
    cross join of_{{ key }}
    {% endfor -%}
)

select * from segments
