{{ config(tags=['rows']) }}

-- depends_on: {{ ref('fields') }}

with accepted as (
    select
        synthetic_id,
        judge_score
    from {{ ref('int_synthetic__verdicts') }}
    where is_accepted
),

loans as (
    select * from {{ ref('stg_synthetic_loans') }}
),

emi as (
    select * from {{ ref('emi_validation') }}
),

corrected as (
    select
        {%- for field in field_list() %}
        {{ corrected_value(field, 'loans', 'emi') }} as {{ column_sql(field.name) }},
        {%- endfor %}
        {%- for field in derived_fields() %}
        {{ column_sql(field.name, 'loans') }},
        {%- endfor %}
        loans.synthetic_id,
        loans.seed_id,
        loans.generator,
        accepted.judge_score,
        emi.installment_generated
    from accepted
    inner join loans on accepted.synthetic_id = loans.synthetic_id
    inner join emi on accepted.synthetic_id = emi.synthetic_id
    order by loans.synthetic_id
)

select * from corrected
