{{ config(tags=['aggregate']) }}

with loans as (
    {{ clustered_loans() }}
),

counted as (
    {{ value_counts('loans', [], ['state'], 'varchar') }}
),

pooled as (
    {{ pooled_shares('counted', []) }}
)

select * from pooled
