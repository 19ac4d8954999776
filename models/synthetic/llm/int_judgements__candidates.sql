{{ config(materialized='view', tags=['rows']) }}

-- What is rejected for its form or for a rule already is not worth a judge's money.
with rejected as (
    select synthetic_id from {{ ref('format_findings') }}
    where rejects
    union
    select synthetic_id from {{ ref('rule_findings') }}
    where enforced
),

candidates as (
    select
        {%- for column in field_list() %}
        {{ column_sql(column.name, 'responses') }},
        {%- endfor %}
        responses.synthetic_id
    from {{ ref('synthetic_responses') }} as responses
    left join rejected on responses.synthetic_id = rejected.synthetic_id
    where rejected.synthetic_id is null
)

select * from candidates
