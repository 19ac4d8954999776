{{ config(tags=['aggregate']) }}

with compared as (
    {{ compared_loans() }}
),

counted as (
    {{ counts_by_kind('compared', ['source'], var('continuous_variables'), var('categorical_variables')) }}
)

select * from counted
