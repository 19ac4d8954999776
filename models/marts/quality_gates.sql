{{ config(tags=['small']) }}

-- The leaf that carries the error tests: a red build still leaves everything that it comes after.
-- depends_on: {{ ref('exports') }}
-- depends_on: {{ ref('generation_funnel') }}
-- depends_on: {{ ref('reader_copy') }}
-- depends_on: {{ ref('report') }}

with advice as (
    {%- for metric, gate in var('gates').items() %}
    select
        '{{ metric }}' as metric,
        '{{ gate.advice | replace("'", "''") }}' as advice
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

scorecard as (
    select * from {{ ref('quality_scorecard') }}
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
        || '; try: ' || advice.advice as message
    from scorecard
    inner join advice on scorecard.metric = advice.metric
)

select * from gates
