{{ config(tags=['aggregate']) }}

-- depends_on: {{ ref('fields') }}
{%- set parts = listed_parts() %}

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
