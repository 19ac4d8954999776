-- Which rows were rejected, and why? Every row with each of its reasons; none where all were accepted, but one that says so.
with verdicts as (
    select
        generator,
        synthetic_id,
        seed_id,
        is_accepted,
        first_reason,
        array_to_string(reasons, '; ') as reasons,
        judge_score
    from {{ ref('likeness', 'int_synthetic__verdicts') }}
),

rejected as (
    select
        generator,
        synthetic_id,
        seed_id,
        first_reason,
        reasons,
        judge_score
    from verdicts
    where not is_accepted
),

accepted as (
    select
        generator,
        '(' || count(*) filter (where is_accepted) || ' of ' || count(*) || ' rows accepted)' as synthetic_id
    from verdicts
    group by generator
),

final as (
    select * from accepted
    union all by name
    select * from rejected
    order by first_reason nulls first, synthetic_id
)

select * from final
