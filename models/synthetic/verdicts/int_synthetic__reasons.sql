{{ config(materialized='view', tags=['rows']) }}

-- Why a row is rejected, in the order in which reasons count as the first: format by field, rules, judge.
with fields as (
    select
        name,
        position
    from {{ ref('fields') }}
    where expression is null
),

formats as (
    select distinct
        findings.synthetic_id,
        concat_ws(' ', 'format:', findings.field, findings.finding) as reason,
        1 as stage,
        coalesce(fields.position, 0) as position
    from {{ ref('format_findings') }} as findings
    left join fields on findings.field = fields.name
    where findings.rejects
),

rules as (
    select
        synthetic_id,
        'rule: ' || rule_id as reason,
        2 as stage,
        0 as position
    from {{ ref('rule_findings') }}
    where enforced
),

-- A row with another reason may never have been shown to the judge; that is no reason of its own.
judged as (
    select
        judgements.synthetic_id,
        case
            when judgements.status = 'judged' then 'judge: score below {{ var("threshold") }}'
            else 'judge: not judged'
        end as reason,
        3 as stage,
        0 as position
    from {{ ref('judgements') }} as judgements
    left join formats on judgements.synthetic_id = formats.synthetic_id
    left join rules on judgements.synthetic_id = rules.synthetic_id
    where
        judgements.score < {{ var('threshold') }}
        or (judgements.status <> 'judged' and formats.synthetic_id is null and rules.synthetic_id is null)
    group by all
),

reasons as (
    select * from formats
    union all
    select * from rules
    union all
    select * from judged
)

select * from reasons
