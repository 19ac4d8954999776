with excluded as (
    select * from {{ ref('likeness', 'stg_loans__excluded') }}
),

by_reason as (
    select
        reason,
        count(*) as n,
        {{ shown_count('count(*)') }} as n_shown
    from excluded
    group by reason
),

summed as (
    select
        coalesce(sum(n), 0) as n,
        coalesce(sum(n) filter (where n < {{ var('min_cell_rows') }}), 0) as n_suppressed
    from by_reason
),

-- The total is exact only where no suppressed count can be had from it by subtraction.
total as (
    select
        'all' as reason,
        case
            when n_suppressed between 1 and {{ var('min_cell_rows') }} - 1 and n > n_suppressed
                then 'at least ' || (n - n_suppressed)
            else {{ shown_count('n') }}
        end as n_shown
    from summed
),

counts as (
    select
        reason,
        n_shown
    from total
    union all
    select
        reason,
        n_shown
    from by_reason
)

select * from counts
order by reason <> 'all', reason
