{{ config(tags=['rows']) }}

with responses as (
    select
        synthetic_id,
        generator,
        seed_id
    from {{ ref('likeness', 'synthetic_responses') }}
),

fields as (
    select
        name,
        position
    from {{ ref('fields') }}
),

formats as (
    select distinct
        findings.synthetic_id,
        concat_ws(' ', 'format:', findings.field, findings.finding) as reason,
        1 as stage,
        coalesce(fields.position, 0) as position
    from {{ ref('likeness', 'format_findings') }} as findings
    left join fields on findings.field = fields.name
    where findings.rejects
),

rules as (
    select
        synthetic_id,
        'rule: ' || rule_id as reason,
        2 as stage,
        0 as position
    from {{ ref('likeness', 'rule_findings') }}
    where enforced
),

judgements as (
    select * from {{ ref('likeness', 'judgements') }}
),

-- A row with another reason may never have been shown to the judge; that is no reason of its own.
judged as (
    select
        synthetic_id,
        case
            when status = 'judged' then 'judge: score below {{ var("threshold") }}'
            else 'judge: not judged'
        end as reason,
        3 as stage,
        0 as position
    from judgements
    where
        score < {{ var('threshold') }}
        or (
            status <> 'judged'
            and synthetic_id not in (select formats.synthetic_id from formats)
            and synthetic_id not in (select rules.synthetic_id from rules)
        )
),

-- The order in which reasons count as the first: format by field, rules, judge.
reasons as (
    select
        synthetic_id,
        list(reason order by stage, position, reason) as reasons
    from (
        select * from formats
        union all
        select * from rules
        union all
        select * from judged
    ) as every_reason
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
    left join judgements on responses.synthetic_id = judgements.synthetic_id
)

select * from verdicts
