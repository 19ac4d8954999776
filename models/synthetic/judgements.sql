{{ config(tags=['rows']) }}

{%- set judged_by = 'file' if var('scores_path') else var('judge') %}

with received as (
    select synthetic_id
    from {{ ref('synthetic_responses') }}
),

{% if judged_by == 'file' -%}
scored as (
    select
        synthetic_id,
        score,
        justification
    from {{ ref('int_judgements__file') }}
),
{%- elif judged_by == 'rules' -%}
scored as (
    select
        signatures.synthetic_id,
        scores.score,
        scores.justification
    from {{ ref('int_judgements__signatures') }} as signatures
    inner join {{ ref('int_judgements__by_rules') }} as scores
        on
            signatures.missing_fields = scores.missing_fields
            and signatures.rule_violations = scores.rule_violations
),
{%- else -%}
scored as (
    select
        synthetic_id,
        score,
        justification
    from {{ ref('int_judgements__llm') }}
),

-- A model is asked only about rows that nothing else rejects.
asked as (
    select synthetic_id
    from {{ ref('int_judgements__candidates') }}
),
{%- endif %}

judged as (
    select
        received.synthetic_id,
        scored.score,
        coalesce(scored.justification, 'no score for this row') as justification,
        '{{ judged_by }}' as judge,
        case when scored.score is null then 'not_judged' else 'judged' end as status
    from received
    left join scored on received.synthetic_id = scored.synthetic_id
    {%- if judged_by not in ('file', 'rules') %}
    inner join asked on received.synthetic_id = asked.synthetic_id
    {%- endif %}
)

select * from judged
