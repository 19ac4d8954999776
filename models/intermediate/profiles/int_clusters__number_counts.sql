{{ config(tags=['aggregate']) }}

with loans as (
    select * from {{ ref('int_loans__train_clustered') }}
),

counted as (
    {{ value_counts('loans', ['cluster_id'], var('continuous_variables'), 'double') }}
)

select * from counted
