{{ config(tags=['rows']) }}

{%- set received_by = {
    'offline': 'int_responses__offline',
    'file': 'int_responses__file',
    'openai': 'int_responses__llm',
    'sds': 'int_responses__llm',
} %}

with received as (
    select * from {{ ref('likeness', received_by[var('generator')]) }}
)

select
    synthetic_id,
    generator,
    seed_id,
    request_id,
    row_in_request,
    {%- for column in field_list() %}
    {{ column_sql(column.name) }},
    {%- endfor %}
    missing_fields,
    extra_fields,
    raw
from received
