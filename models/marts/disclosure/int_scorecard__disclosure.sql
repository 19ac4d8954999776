{{ config(tags=['aggregate']) }}

with findings as (
    select * from {{ ref('int_disclosure__findings') }}
),

-- The report shows the reason: it names tables, and never a value.
summed as (
    select
        count(*) filter (where has_run) as n_findings,
        min_by(audited_table || ': ' || what, (stage, audited_table, audited_row)) filter (where has_run) as first_finding,
        string_agg(stage, ', ' order by stage) filter (where not has_run) as stages_missing
    from findings
),

metric as (
    select
        'disclosure' as metric,
        'privacy' as dimension,
        case when n_findings > 0 or stages_missing is null then n_findings end as value,
        0 as reference,
        'lower' as direction,
        case
            when n_findings > 0 then 'the first is in ' || first_finding
            else stages_missing || ' has not run'
        end as reason
    from summed
)

select * from metric
