{{ config(tags=['rows'], pre_hook="{{ preflight_of_table() }}", post_hook="{{ record_source() }}") }}

with source as (
    select * from {{ open_source() }}
)

select
    {% for column in field_list() -%}
    {{ column_sql(column.name) }},
    {% endfor -%}
    {{ column_sql(var('key_column')) if var('key_column') else 'cast(null as varchar)' }} as key_text
from source
