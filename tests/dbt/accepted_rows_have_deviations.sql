-- Where synthetic rows were accepted, the largest deviations name something; without rows there is none to name.
with accepted as (
    select coalesce(sum(rows), 0) as n
    from {{ ref('likeness', 'generation_funnel') }}
    where generator = '{{ var("generator") }}' and stage = 'accepted' and counted = 'all'
),

named as (
    select count(*) as n
    from {{ ref('likeness', 'largest_deviations') }}
)

select accepted.n
from accepted
cross join named
where accepted.n > 0 and named.n = 0
