{{ config(tags=['rows']) }}

-- depends_on: {{ ref('fields') }}
-- depends_on: {{ ref('formulas') }}
{%- set formulas = formula_list() %}
-- depends_on: {{ ref('likeness', 'source_rules') }}

-- The accepted rows as a reader of the export meets them: texts.
with texts as (
    select
        synthetic_id,
        generator,
        seed_id,
        {%- for field in field_list() %}
        {{ number_text(column_sql(field.name, 'loans')) if field.type == 'double' else 'cast(' ~ column_sql(field.name, 'loans') ~ ' as varchar)' }} as {{ column_sql(field.name) }},
        {%- endfor %}
        '' as missing_fields,
        '' as extra_fields,
        cast(null as varchar) as raw
    from {{ ref('likeness', 'synthetic_loans') }} as loans
),

-- Read back by the cleaning rules, once for all the checks.
exported as materialized (
    {{ typed_rows('texts', keep=['synthetic_id']) }}
),

computed as (
    select
        {%- for formula in formulas %}
        ({{ column_sql(formula.target) }} is not distinct from {{ formula.value }}) as {{ column_sql(formula.target) }},
        {%- endfor %}
        synthetic_id
    from exported
),

format_findings as (
    {{ format_findings_of('texts', 'exported', ref('likeness', 'synthesis_plan')) }}
),

rule_findings as (
    {{ rule_findings_of('exported', ref('likeness', 'rule_context')) }}
),

formats as (
    select
        synthetic_id,
        list(concat_ws(': ', field, finding) order by field, finding) as findings
    from format_findings
    group by synthetic_id
),

rules as (
    select
        synthetic_id,
        list(rule_id order by rule_id) as rule_ids
    from rule_findings
    where enforced
    group by synthetic_id
),

checked as (
    select
        exported.*,
        {% for formula in formulas %}{{ column_sql(formula.target, 'computed') }} and {% endfor %}{{ 'true' if formulas else 'cast(null as boolean)' }} as has_exact_formulas,
        coalesce(formats.findings, []) as format_findings,
        coalesce(rules.rule_ids, []) as rule_violations
    from exported
    inner join computed on exported.synthetic_id = computed.synthetic_id
    left join formats on exported.synthetic_id = formats.synthetic_id
    left join rules on exported.synthetic_id = rules.synthetic_id
)

select * from checked
