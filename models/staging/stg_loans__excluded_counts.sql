with excluded as (
    select * from {{ ref('stg_loans__excluded') }}
),

by_reason as (
    select
        reason,
        count(*) as n,
        {{ shown_count('count(*)') }} as n_shown
    from excluded
    group by reason
),

-- The total is exact only where no suppressed count can be had from it by subtraction.
total as (
    select
        'all' as reason,
        case
            when sum(n) filter (where n < {{ var('min_cell_rows') }}) < {{ var('min_cell_rows') }}
                and sum(n) >= {{ var('min_cell_rows') }}
                then 'at least ' || sum(n) filter (where n >= {{ var('min_cell_rows') }})
            else {{ shown_count('coalesce(sum(n), 0)') }}
        end as n_shown
    from by_reason
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
