{{ config(tags=['rows']) }}

with compared as (
    {{ compared_loans(quarters=rate_periods(), features=field_features()) }}
),

-- The md5 of an id is as good as a random number, and the same on every engine and in any order.
placed as (
    select
        *,
        row_number() over (partition by source order by md5(row_id || ':compare'), row_id) as position
    from compared
),

sample as (
    select * exclude (row_id)
    from placed
    where position <= {{ var('max_comparison_rows') }}
    order by source, position
)

select * from sample
