{{ config(materialized='view', tags=['rows']) }}

-- depends_on: {{ ref('source_rules') }}
with loans as (
    {{ rows_with_rule_context(ref('stg_synthetic_loans'), ref('rule_ranges'), ref('rule_patterns')) }}
),

checked as (
    select
        synthetic_id,
        list_filter([
            {%- for rule in source_rules() %}
            case
                when not ({{ rule.condition }}) then struct_pack(
                    rule_id := '{{ rule.rule_id }}',
                    penalty := {{ rule.penalty }},
                    enforced := {{ rule.is_enforced | lower }}
                )
            end,
            {%- endfor %}
            cast(null as struct(rule_id varchar, penalty integer, enforced boolean))
        ], lambda finding: finding is not null) as findings
    from loans
),

findings as (
    select
        synthetic_id,
        unnest(findings, recursive := true)
    from checked
)

select * from findings
