{{ config(tags=['small']) }}

-- The leaf that carries the error tests: a red build still leaves everything that it comes after.
-- depends_on: {{ ref('likeness', 'exports') }}
-- depends_on: {{ ref('likeness', 'generation_funnel') }}
-- depends_on: {{ ref('likeness', 'marts_copy') }}
-- depends_on: {{ ref('likeness', 'report') }}

with limits as (
    {{ gate_limits() }}
),

scorecard as (
    select * from {{ ref('likeness', 'quality_scorecard') }}
    where generator = '{{ var("generator") }}' and severity is not null
),

gates as (
    select
        scorecard.metric,
        scorecard.severity,
        scorecard.value,
        scorecard.reference,
        case when scorecard.status = 'fail' then scorecard.fail_at else scorecard.warn_at end as threshold,
        scorecard.metric || ' is ' || {{ short_number('scorecard.value') }}
        || case when scorecard.direction = 'higher' then ', below ' else ', above ' end
        || {{ short_number('threshold') }}
        || coalesce(' (reference ' || {{ short_number('scorecard.reference') }} || ')', '')
        || coalesce(': ' || scorecard.reason, '')
        || '; try: ' || limits.advice as message
    from scorecard
    inner join limits on scorecard.metric = limits.metric
)

select * from gates
