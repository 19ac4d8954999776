-- Nothing is lost: received = accepted + rejected, and each rejected row has one first reason.
with totals as (
    select
        generator,
        sum(rows) filter (where stage = 'received' and counted = 'all') as received,
        sum(rows) filter (where stage = 'accepted' and counted = 'all') as accepted,
        sum(rows) filter (where stage = 'rejected' and counted = 'all') as rejected,
        coalesce(sum(rows) filter (where stage = 'rejected' and counted = 'first reason'), 0) as by_first_reason
    from {{ ref('likeness', 'generation_funnel') }}
    group by generator
)

select *
from totals
where received <> accepted + rejected or rejected <> by_first_reason
