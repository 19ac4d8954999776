{{ config(tags=['rows']) }}

{%- set judged_by = 'file' if var('scores_path') else var('judge') %}
{%- set best, worst = 10, 1 %}
{#- So many missing fields are named, the others counted. #}
{%- set listed = 5 %}

with received as (
    select synthetic_id
    from {{ ref('likeness', 'synthetic_responses') }}
),

{% if judged_by == 'file' -%}
{#- The file has no ids: a score belongs to the row of the same values, typed, so that 12 and 12.0 are one; of several
    alike the first score to the first row, and so on. -#}
{%- set values = [] %}
{%- for column in field_list() %}
    {%- do values.append(column_sql(column.name)) %}
{%- endfor %}
scores as (
    {{ typed_rows(ref('likeness', 'int_scores__file'), keep=['score_id', 'score', 'justification']) }}
),

of_file as (
    select
        score,
        justification,
        md5(cast(({{ values | join(', ') }}) as varchar)) as content,
        row_number() over (partition by content order by score_id) as occurrence
    from scores
),

of_rows as (
    select
        synthetic_id,
        md5(cast(({{ values | join(', ') }}) as varchar)) as content,
        row_number() over (partition by content order by synthetic_id) as occurrence
    from {{ ref('likeness', 'stg_synthetic_loans') }}
),

scored as (
    select
        of_rows.synthetic_id,
        of_file.score,
        of_file.justification
    from of_rows
    inner join of_file
        on of_rows.content = of_file.content and of_rows.occurrence = of_file.occurrence
),
{%- elif judged_by == 'rules' -%}
broken as (
    select
        synthetic_id,
        sum(penalty) as taken,
        string_agg('- ' || penalty || ' (' || rule_id || ')', ' ' order by rule_id) as terms
    from {{ ref('likeness', 'rule_findings') }}
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
    from {{ ref('likeness', 'synthetic_responses') }} as responses
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
-- It has a row for every one that a model is asked about: those that nothing else rejects.
scored as (
    select
        synthetic_id,
        score,
        justification
    from {{ ref('likeness', 'int_judgements__llm') }}
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
    {{ 'left' if judged_by in ('file', 'rules') else 'inner' }} join scored on received.synthetic_id = scored.synthetic_id
)

select * from judged
