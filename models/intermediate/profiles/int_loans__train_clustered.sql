{{ config(materialized='view', tags=['rows']) }}

with train as (
    select * from {{ ref('int_loans__train') }}
),

clustered as (
    select
        loan_id,
        cluster_id
    from {{ ref('int_loans__clustered') }}
    where cluster_id is not null
),

joined as (
    select
        train.*,
        clustered.cluster_id
    from train
    inner join clustered on train.loan_id = clustered.loan_id
)

select * from joined
