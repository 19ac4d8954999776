{{ config(tags=['rows'], post_hook="{{ comment_fields() }}") }}

-- depends_on: {{ ref('fields') }}
-- depends_on: {{ ref('formulas') }}
{%- set formulas = formula_list() %}

with accepted as (
    select
        synthetic_id,
        judge_score
    from {{ ref('likeness', 'int_synthetic__verdicts') }}
    where is_accepted
),

loans as (
    select
        {%- for formula in formulas %}
        {{ formula.value }} as {{ column_sql(formula.target ~ '_formula') }},
        {%- endfor %}
        *
    from {{ ref('likeness', 'stg_synthetic_loans') }}
),

corrected as (
    select
        {%- for field in field_list() %}
        {{ corrected_value(field, 'loans') }} as {{ column_sql(field.name) }},
        {%- endfor %}
        {%- for field in derived_fields() %}
        {{ column_sql(field.name, 'loans') }},
        {%- endfor %}
        loans.synthetic_id,
        loans.seed_id,
        loans.generator,
        '{{ invocation_id }}' as build_id,
        {{ score_and_generated('accepted.judge_score', generated_as_received) }}
    from accepted
    inner join loans on accepted.synthetic_id = loans.synthetic_id
    order by loans.synthetic_id
)

select * from corrected
