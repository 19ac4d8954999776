{{ config(tags=['aggregate']) }}

-- depends_on: {{ ref('fields') }}
{%- set parts = listed_parts() %}
{%- for field in field_list() if 'seed' not in field.roles and field.kind in ('categorical', 'boolean', 'free_text') %}
{%- do parts.append(field.name) %}
{%- endfor %}

with loans as (
    {{ clustered_loans() }}
),

counted as (
    {%- if parts %}
    {{ value_counts('loans', [], parts, 'varchar') }}
    {%- else %}
    select
        cast(null as varchar) as variable,
        cast(null as varchar) as value,
        cast(null as bigint) as n
    where false
    {%- endif %}
),

pooled as (
    {{ pooled_shares('counted', []) }}
)

select * from pooled
