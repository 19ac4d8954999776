{{ config(materialized='view', tags=['rows']) }}

-- Why a row is rejected, in the order in which reasons count as the first: format by field, rules, judge.
with fields as (
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

judged as (
    select
        synthetic_id,
        case
            when status = 'judged' then 'judge: score below {{ var("threshold") }}'
            else 'judge: not judged'
        end as reason,
        3 as stage,
        0 as position
    from {{ ref('judgements') }}
    where status <> 'judged' or score < {{ var('threshold') }}
),

reasons as (
    select * from formats
    union all
    select * from rules
    union all
    select * from judged
)

select * from reasons
