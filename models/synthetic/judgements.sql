{{ config(tags=['rows']) }}

{% if var('judge') == 'rules' -%}
-- depends_on: {{ ref('int_judgements__by_rules') }}
with signatures as (
    select * from {{ ref('int_judgements__signatures') }}
),

scored as (
    select
        signatures.synthetic_id,
        scores.score,
        scores.justification,
        'rules' as judge,
        'judged' as status
    from signatures
    inner join {{ ref('int_judgements__by_rules') }} as scores
        on
            signatures.missing_fields = scores.missing_fields
            and signatures.broken_rules = scores.broken_rules
)
{%- else -%}
with scored as (
    select
        synthetic_id,
        score,
        justification,
        judge,
        status
    from {{ ref('int_judgements__llm') }}
)
{%- endif %}

select * from scored
