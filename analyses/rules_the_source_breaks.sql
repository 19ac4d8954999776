-- Which rules does the source itself break, and how often? Rules with few breaks are kept back.
with rules as (
    select
        rule_id,
        category,
        sentence,
        is_enforced,
        n_rows,
        n_broken,
        n_broken_shown,
        share_broken,
        reason
    from {{ ref('likeness', 'source_rules') }}
),

final as (
    select * from rules
    where n_broken > 0 or reason is not null
    order by share_broken desc nulls last, rule_id asc
)

select * from final
