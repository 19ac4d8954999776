{{ config(tags=['aggregate']) }}

with loans as (
    select * from {{ ref('int_loans__train_clustered') }}
),

counted as (
    {{ value_counts('loans', [], ['state'], 'varchar') }}
),

pooled as (
    {{ pooled_shares('counted', []) }}
)

select * from pooled
