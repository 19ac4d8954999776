{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='append_new_columns', tags=['small']) }}

{%- set is_offline = var('generator') == 'offline' %}

{#- A limit is a value of its own, or a distance from the reference to the wrong side. #}
with limits as (
    {{ gate_limits() }}
),

metrics as (
    select * from {{ ref('likeness', 'int_scorecard__checks') }}
    union all by name
    select
        *,
        false as is_about_each_row
    from {{ ref('likeness', 'int_scorecard__closeness') }}
),

accepted as (
    select count(*) as n
    from {{ ref('likeness', 'int_synthetic__verdicts') }}
    where is_accepted
),

limited as (
    select
        metrics.*,
        case when metrics.direction = 'higher' then -1 else 1 end as side,
        coalesce(limits.warn_at, metrics.reference + side * limits.warn_by) as warn_at,
        coalesce(limits.fail_at, metrics.reference + side * limits.fail_by) as fail_at,
        coalesce(limits.always_error, false) as always_error,
        coalesce(limits.limits, 'default') as limits,
        case
            when metrics.value is null then coalesce(metrics.reason, 'could not be computed')
            when
                not metrics.is_about_each_row and not always_error
                and accepted.n < {{ var('min_rows_for_gates') }}
                then accepted.n || ' accepted rows, fewer than min_rows_for_gates'
        end as reason_not_computed
    from metrics
    cross join accepted
    left join limits on metrics.metric = limits.metric
),

measured as (
    select
        *,
        case
            when limits = 'off' then 'off'
            when reason_not_computed is not null then 'not_computed'
            when side * value > side * fail_at then 'fail'
            when side * value > side * warn_at then 'warn'
            else 'pass'
        end as status
    from limited
),

scorecard as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        metric,
        dimension,
        cast(value as double) as value,
        cast(reference as double) as reference,
        direction,
        warn_at,
        fail_at,
        status,
        nullif(
            concat_ws('; ', case when limits = 'off' then 'off: var gates' end, coalesce(reason_not_computed, reason)), ''
        ) as reason,
        case
            when status = 'fail' and ({{ is_offline | lower }} or always_error) then 'error'
            when status in ('fail', 'warn') then 'warn'
        end as severity,
        limits
    from measured
)

select * from scorecard
