{{ config(materialized='view', tags=['rows']) }}

with responses as (
    select
        synthetic_id,
        missing_fields
    from {{ ref('synthetic_responses') }}
),

broken as (
    select
        synthetic_id,
        string_agg(rule_id, ';' order by rule_id) as rule_violations
    from {{ ref('rule_findings') }}
    where enforced
    group by synthetic_id
),

signatures as (
    select
        responses.synthetic_id,
        responses.missing_fields,
        coalesce(broken.rule_violations, '') as rule_violations
    from responses
    left join broken on responses.synthetic_id = broken.synthetic_id
)

select * from signatures
