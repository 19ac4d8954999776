{{ config(tags=['rows']) }}

with responses as (
    select
        synthetic_id,
        generator,
        seed_id
    from {{ ref('synthetic_responses') }}
),

reasons as (
    select
        synthetic_id,
        list(reason order by stage, position, reason) as reasons
    from {{ ref('int_synthetic__reasons') }}
    group by synthetic_id
),

verdicts as (
    select
        responses.synthetic_id,
        responses.generator,
        responses.seed_id,
        reasons.reasons is null as is_accepted,
        reasons.reasons[1] as first_reason,
        coalesce(reasons.reasons, []) as reasons,
        judgements.score as judge_score
    from responses
    left join reasons on responses.synthetic_id = reasons.synthetic_id
    left join {{ ref('judgements') }} as judgements on responses.synthetic_id = judgements.synthetic_id
)

select * from verdicts
