-- A metric of the scorecard without a row in seeds/gates.csv or with another direction than there, and a gate of which
-- the scorecard, where it holds the comparisons, has no metric: it would never be asked.
with scorecard as (
    select * from {{ ref('likeness', 'quality_scorecard') }}
    where generator = '{{ var("generator") }}'
),

gates as (
    {{ gate_limits() }}
),

compared as (
    select count(*) as n
    from scorecard
    where metric = 'column_shapes'
),

findings as (
    select
        coalesce(scorecard.metric, gates.metric) as metric,
        scorecard.direction as direction_of_scorecard,
        gates.direction as direction_of_gate
    from scorecard
    full join gates on scorecard.metric = gates.metric
    cross join compared
    where
        gates.metric is null
        or (scorecard.metric is null and compared.n > 0)
        or scorecard.direction <> gates.direction
)

select * from findings
