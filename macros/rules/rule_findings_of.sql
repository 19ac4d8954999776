{# One row per row of `loans` (typed) and rule that it breaks, as a query. #}
{% macro rule_findings_of(loans, context) %}
with loans as (
    {{ rows_with_rule_context(loans, context) }}
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
{% endmacro %}
