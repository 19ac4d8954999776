{{ config(tags=['aggregate']) }}

with verdicts as (
    select
        count(*) as n_received,
        count(*) filter (where is_accepted) as n_accepted
    from {{ ref('likeness', 'int_synthetic__verdicts') }}
),

plan as (
    select coalesce(sum(rows_asked), 0) as n_asked
    from {{ ref('likeness', 'synthesis_plan') }}
),

exported as (
    select
        coalesce(sum(len(format_findings)), 0) as n_format_findings,
        coalesce(sum(len(rule_violations)), 0) as n_rule_violations,
        avg(cast(has_exact_formulas as integer)) as share_exact,
        count(*) as n_exported
    from {{ ref('likeness', 'int_export__checked') }}
),

formulas_received as (
    select avg(cast(verdict = 'right' as integer)) as share
    from {{ ref('likeness', 'formula_validation') }}
),

findings as (
    select * from {{ ref('likeness', 'int_disclosure__findings') }}
),

-- The report shows the reason: it names tables, and never a value.
disclosed as (
    select
        count(*) filter (where has_run) as n_findings,
        min_by(audited_table || ': ' || what, (stage, audited_table, audited_row)) filter (where has_run) as first_finding,
        string_agg(stage, ', ' order by stage) filter (where not has_run) as stages_missing
    from findings
),

lost_categories as (
    {{ missing_categories(loans_of('train'), ref('likeness', 'synthetic_loans_typed')) }}
),

metrics as (
    select
        'accepted_rows' as metric,
        cast(n_accepted as double) as value,
        cast(nullif(n_asked, 0) as double) as reference,
        'higher' as direction,
        cast(null as varchar) as reason
    from verdicts
    cross join plan
    union all
    select
        'acceptance_rate',
        n_accepted / nullif(n_received, 0),
        1,
        'higher',
        case when n_received = 0 then 'no rows received' end
    from verdicts
    union all
    select
        'rows_delivered',
        n_accepted / nullif(n_asked, 0),
        1,
        'higher',
        case when n_asked = 0 then 'no rows asked for' end
    from verdicts
    cross join plan
    union all
    select
        'format_errors',
        n_format_findings,
        0,
        'lower',
        null
    from exported
    union all
    select
        'rule_violations',
        n_rule_violations,
        0,
        'lower',
        null
    from exported
    union all
    select
        'formula_exact',
        share_exact,
        1,
        'higher',
        case when n_exported = 0 then 'no rows accepted' when share_exact is null then 'no formulas' end
    from exported
    union all
    select
        'formula_exact_as_generated',
        share,
        1,
        'higher',
        case when n_received = 0 then 'no rows received' when share is null then 'no formulas' end
    from formulas_received
    cross join verdicts
    union all
    select
        'missing_categories',
        count(*),
        0,
        'lower',
        nullif(string_agg(variable || '=' || value, ', ' order by variable, value), '')
    from lost_categories
    union all
    select
        'disclosure',
        case when n_findings > 0 or stages_missing is null then n_findings end,
        0,
        'lower',
        case
            when n_findings > 0 then 'the first is in ' || first_finding
            else stages_missing || ' has not run'
        end
    from disclosed
),

checks as (
    select
        metric,
        case metric
            when 'missing_categories' then 'shape'
            when 'disclosure' then 'privacy'
            else 'rules'
        end as dimension,
        value,
        reference,
        direction,
        reason,
        metric <> 'missing_categories' as is_about_each_row
    from metrics
)

select * from checks
