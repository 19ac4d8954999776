{{ config(materialized='view', tags=['rows']) }}

{#- The file has no ids: a score belongs to the row of the same values, typed, so that 12 and 12.0 are one; of several
    alike the first score to the first row, and so on. -#}
{%- set values = [] %}
{%- for column in field_list() %}
    {%- do values.append(column_sql(column.name)) %}
{%- endfor %}

with scores as (
    {{ typed_rows(ref('int_scores__file'), keep=['score_id', 'score', 'justification']) }}
),

loans as (
    select * from {{ ref('stg_synthetic_loans') }}
),

scored as (
    select
        score,
        justification,
        md5(cast(({{ values | join(', ') }}) as varchar)) as content,
        row_number() over (partition by content order by score_id) as occurrence
    from scores
),

received as (
    select
        synthetic_id,
        md5(cast(({{ values | join(', ') }}) as varchar)) as content,
        row_number() over (partition by content order by synthetic_id) as occurrence
    from loans
),

judged as (
    select
        received.synthetic_id,
        scored.score,
        scored.justification
    from received
    inner join scored
        on received.content = scored.content and received.occurrence = scored.occurrence
)

select * from judged
