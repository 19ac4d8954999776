{{ config(materialized='view', tags=['rows']) }}

{%- set keys = var('segment_keys') -%}

with train as (
    select * from {{ ref('int_loans__train') }}
),

segments as (
    select
        train.* exclude ({{ keys | join(', ') }}),
        {%- for key in keys %}
        {{ key }}_named.named_value as "{{ key }}"{{ "," if not loop.last }}
        {%- endfor %}
    from train
    {%- for key in keys %}
    inner join {{ ref('int_segments__values') }} as {{ key }}_named
        on
            {{ key }}_named.segment_key = '{{ key }}'
            and {{ key }}_named.value = coalesce(cast(train."{{ key }}" as varchar), '(missing)')
    {%- endfor %}
)

select * from segments
