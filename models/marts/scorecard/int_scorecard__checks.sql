{{ config(tags=['aggregate']) }}

with verdicts as (
    select
        count(*) as n_received,
        count(*) filter (where is_accepted) as n_accepted
    from {{ ref('int_synthetic__verdicts') }}
),

plan as (
    select coalesce(sum(rows_asked), 0) as n_asked
    from {{ ref('synthesis_plan') }}
),

format_findings as (
    select count(*) as n
    from {{ ref('int_export__format_findings') }}
),

rule_findings as (
    select count(*) as n
    from {{ ref('int_export__rule_findings') }}
    where enforced
),

emi as (
    select avg(cast(installment is not distinct from installment_formula as integer)) as share
    from {{ ref('int_export__emi') }}
),

emi_received as (
    select avg(cast(verdict = 'right' as integer)) as share
    from {{ ref('emi_validation') }}
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
        n,
        0,
        'lower',
        null
    from format_findings
    union all
    select
        'rule_violations',
        n,
        0,
        'lower',
        null
    from rule_findings
    union all
    select
        'formula_exact',
        share,
        1,
        'higher',
        case when share is null then 'no rows accepted' end
    from emi
    union all
    select
        'formula_exact_as_generated',
        share,
        1,
        'higher',
        case when share is null then 'no rows received' end
    from emi_received
)

select
    metric,
    'rules' as dimension,
    value,
    reference,
    direction,
    reason
from metrics
