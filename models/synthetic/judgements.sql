{{ config(tags=['rows']) }}

{%- set judged_by = 'file' if var('scores_path') else var('judge') %}
{%- set best, worst = 10, 1 %}
{#- So many missing fields are named, the others counted. #}
{%- set listed = 5 %}

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
broken as (
    select
        synthetic_id,
        sum(penalty) as taken,
        string_agg('- ' || penalty || ' (' || rule_id || ')', ' ' order by rule_id) as terms
    from {{ ref('rule_findings') }}
    where enforced
    group by synthetic_id
),

-- The offline judge: {{ best }} less what each broken rule costs; a row without all fields has the lowest score.
marked as (
    select
        responses.synthetic_id,
        list_filter(string_split(responses.missing_fields, ';'), lambda name: name <> '') as missing,
        case
            when len(missing) > 0 then {{ worst }}
            else greatest({{ best }} - coalesce(broken.taken, 0), {{ worst }})
        end as mark,
        case
            when len(missing) > {{ listed }}
                then ' and ' || (len(missing) - {{ listed }}) || ' more fields'
            else ''
        end as others,
        case
            when len(missing) > 0
                then 'capped at {{ worst }}: ' || array_to_string(missing[1:{{ listed }}], ', ') || others || ' missing'
            when broken.synthetic_id is null then 'no rule is broken'
            else '{{ best }} ' || broken.terms
        end as justification
    from {{ ref('synthetic_responses') }} as responses
    left join broken on responses.synthetic_id = broken.synthetic_id
),

scored as (
    select
        synthetic_id,
        cast(mark as double) as score,
        justification
    from marked
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
