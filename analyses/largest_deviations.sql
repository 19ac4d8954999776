-- Where is it worst? What lies furthest beyond what real holdout rows show, over all kinds.
with worst as (
    select
        generator,
        kind,
        subject,
        measure,
        distance,
        reference,
        deviation_beyond_holdout
    from {{ ref('likeness', 'largest_deviations') }}
),

final as (
    select * from worst
    order by deviation_beyond_holdout desc, kind asc, subject asc
    limit 10
)

select * from final
