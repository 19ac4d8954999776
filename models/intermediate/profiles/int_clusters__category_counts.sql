{{ config(tags=['aggregate']) }}

{#- Segment keys and the state have shares of their own; a number is told at one level only. -#}
{%- set variables = var('categorical_variables') | reject('in', var('segment_keys') + ['state']) | list -%}

with loans as (
    select * from {{ ref('int_loans__train_clustered') }}
),

counted as (
    {{ value_counts('loans', ['cluster_id'], variables, 'varchar') }}
)

select * from counted
