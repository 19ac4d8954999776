{{ config(tags=['aggregate']) }}

with compared as (
    select * from {{ ref('int_comparison__rows') }}
),

counted as (
    {{ value_counts('compared', ['source'], var('categorical_variables'), 'varchar') }}
)

select * from counted
