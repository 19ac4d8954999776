{{ config(tags=['rows']) }}

with received as (
    select synthetic_id
    from {{ ref('synthetic_responses') }}
),

{% if var('scores_path') -%}
scored as (
    select
        synthetic_id,
        score,
        justification,
        'file' as judge
    from {{ ref('int_judgements__file') }}
),
{%- elif var('judge') == 'rules' -%}
scored as (
    select
        signatures.synthetic_id,
        scores.score,
        scores.justification,
        'rules' as judge
    from {{ ref('int_judgements__signatures') }} as signatures
    inner join {{ ref('int_judgements__by_rules') }} as scores
        on
            signatures.missing_fields = scores.missing_fields
            and signatures.broken_rules = scores.broken_rules
),
{%- else -%}
scored as (
    select
        synthetic_id,
        score,
        justification,
        judge
    from {{ ref('int_judgements__llm') }}
),
{%- endif %}

judged as (
    select
        received.synthetic_id,
        scored.score,
        coalesce(scored.justification, 'no score for this row') as justification,
        coalesce(scored.judge, '{{ "file" if var("scores_path") else var("judge") }}') as judge,
        case when scored.score is null then 'not_judged' else 'judged' end as status
    from received
    left join scored on received.synthetic_id = scored.synthetic_id
)

select * from judged
