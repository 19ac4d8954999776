{{ config(materialized='view', tags=['rows']) }}

-- depends_on: {{ ref('fields') }}

-- The accepted rows as a reader of the export meets them: texts.
with loans as (
    select * from {{ ref('synthetic_loans') }}
),

texts as (
    select
        synthetic_id,
        generator,
        seed_id,
        {%- for field in field_list() %}
        {{ number_text(column_sql(field.name, 'loans')) if field.type == 'double' else column_sql(field.name, 'loans') }} as {{ column_sql(field.name) }},
        {%- endfor %}
        '' as missing_fields,
        '' as extra_fields,
        cast(null as varchar) as raw
    from loans
)

select * from texts
