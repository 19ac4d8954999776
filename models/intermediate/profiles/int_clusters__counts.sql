{{ config(tags=['aggregate']) }}

-- depends_on: {{ ref('fields') }}
{#- Segment keys and parts with a whole domain have shares of their own: a number is published at one level only. -#}
{%- set categories = var('categorical_variables') | reject('in', var('segment_keys') + listed_parts()) | list %}

with loans as (
    {{ clustered_loans() }}
),

counted as (
    {{ counts_by_kind('loans', ['cluster_id'], var('continuous_variables'), categories) }}
)

select * from counted
