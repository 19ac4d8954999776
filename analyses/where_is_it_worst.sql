-- Where is it worst? What lies furthest beyond what real holdout rows show, over all kinds.
with worst as (
    select
        generator,
        kind,
        what,
        measure,
        distance,
        reference,
        excess
    from {{ ref('where_is_it_worst') }}
),

final as (
    select * from worst
    order by excess desc, kind asc, what asc
    limit 10
)

select * from final
