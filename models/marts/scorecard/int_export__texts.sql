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
        {%- for field in fields_to_read() %}
        {{ number_text('loans.' ~ field.name) if field.reader == 'number' else 'loans.' ~ field.name }} as {{ field.name }},
        {%- endfor %}
        '' as missing_fields,
        '' as extra_fields,
        cast(null as varchar) as raw
    from loans
)

select * from texts
