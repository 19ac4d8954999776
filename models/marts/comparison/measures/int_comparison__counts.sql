{{ config(tags=['aggregate']) }}

with compared as (
    select * from {{ ref('int_comparison__rows') }}
),

counted as (
    {{ counts_by_kind('compared', ['source'], var('continuous_variables'), var('categorical_variables')) }}
)

select * from counted
