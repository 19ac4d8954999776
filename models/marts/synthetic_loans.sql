{{ config(tags=['rows'], post_hook="{{ comment_fields(typed=false) }}") }}

-- depends_on: {{ ref('fields') }}
-- depends_on: {{ ref('formulas') }}

with typed as (
    select * from {{ ref('likeness', 'synthetic_loans_typed') }}
),

as_in_source as (
    select
        {%- for field in field_list() %}
        {{ source_text(column_sql(field.name, 'typed'), field) }} as {{ column_sql(field.name) }},
        {%- endfor %}
        synthetic_id,
        seed_id,
        generator,
        build_id,
        {{ score_and_generated('judge_score', generated_in_mart) }}
    from typed
    order by synthetic_id
)

select * from as_in_source
