{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='append_new_columns', tags=['aggregate']) }}

with asked as (
    select coalesce(sum(rows_asked), 0) as n
    from {{ ref('likeness', 'synthesis_plan') }}
),

verdicts as (
    select * from {{ ref('likeness', 'int_synthetic__verdicts') }}
),

received as (
    select
        count(*) as n,
        count(*) filter (where is_accepted) as n_accepted,
        count(*) filter (where not is_accepted) as n_rejected
    from verdicts
),

corrected as (
    select
        formulas.target,
        count(*) filter (where verdicts.is_accepted and formulas.generated is distinct from formulas.formula) as n
    from {{ ref('likeness', 'formula_validation') }} as formulas
    inner join verdicts on formulas.synthetic_id = verdicts.synthetic_id
    group by formulas.target
),

totals as (
    select
        'asked' as stage,
        'all' as counted,
        'all' as reason,
        n as rows
    from asked
    union all
    select
        'received' as stage,
        'all' as counted,
        'all' as reason,
        n as rows
    from received
    union all
    select
        'accepted' as stage,
        'all' as counted,
        'all' as reason,
        n_accepted as rows
    from received
    union all
    select
        'accepted' as stage,
        'every reason' as counted,
        target || ' corrected' as reason,
        n as rows
    from corrected
    union all
    select
        'rejected' as stage,
        'all' as counted,
        'all' as reason,
        n_rejected as rows
    from received
),

by_first_reason as (
    select
        'rejected' as stage,
        'first reason' as counted,
        first_reason as reason,
        count(*) as rows
    from verdicts
    where not is_accepted
    group by first_reason
),

by_every_reason as (
    select
        'rejected' as stage,
        'every reason' as counted,
        reason,
        count(*) as rows
    from (
        select unnest(reasons) as reason
        from verdicts
    ) as unnested
    group by reason
),

stages as (
    select * from totals
    union all
    select * from by_first_reason
    union all
    select * from by_every_reason
),

funnel as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        stages.stage,
        stages.counted,
        stages.reason,
        cast(stages.rows as bigint) as rows,
        stages.rows / nullif(received.n, 0) as share
    from stages
    cross join received
)

select * from funnel
