{{ config(tags=['aggregate']) }}

{#- Segment keys and the state have shares of their own; a number is published at one level only. -#}
{%- set categories = var('categorical_variables') | reject('in', var('segment_keys') + ['state']) | list -%}

with loans as (
    {{ clustered_loans() }}
),

counted as (
    {{ counts_by_kind('loans', ['cluster_id'], var('continuous_variables'), categories) }}
)

select * from counted
