{{ config(tags=['small']) }}

{%- set of_generator = "generator = '" ~ var('generator') ~ "'" %}
{%- set target = var('utility_target') %}

with variables as (
    select
        'variable' as kind,
        variable as subject,
        metric as measure,
        1 - similarity as distance,
        1 - similarity_holdout as reference,
        distance - coalesce(reference, 0) as rank_by
    from {{ ref('likeness', 'comparison_shapes') }}
    where {{ of_generator }}
),

pairs as (
    select
        'pair' as kind,
        variable_1 || ' and ' || variable_2 as subject,
        'joint distance' as measure,
        joint_distance as distance,
        joint_distance_holdout as reference,
        distance - coalesce(reference, 0) as rank_by
    from {{ ref('likeness', 'comparison_pair_trends') }}
    where {{ of_generator }}
),

in_segments as (
    select
        'variable in a segment' as kind,
        variable || ' where ' || condition || ' is ' || level as subject,
        metric as measure,
        distance,
        distance_holdout as reference,
        distance - coalesce(reference, 0) as rank_by
    from {{ ref('likeness', 'comparison_conditionals') }}
    where {{ of_generator }}
),

segments as (
    select
        'segment' as kind,
        condition || ' is ' || level as subject,
        'mean distance' as measure,
        avg(distance) as distance,
        avg(distance_holdout) as reference,
        avg(distance) - coalesce(avg(distance_holdout), 0) as rank_by
    from {{ ref('likeness', 'comparison_conditionals') }}
    where {{ of_generator }}
    group by condition, level
),

-- The gates of these two take the largest, so that its rank is 1; a rate is ranked in standard errors.
rates as (
    select
        'rate' as kind,
        {{ literal(target.variable ~ ' is ' ~ target.positive if target else 'target') }} || ' where ' || variable_1 || ' is ' || level_1 as subject,
        'rate difference' as measure,
        abs(difference) as distance,
        abs(difference_holdout) as reference,
        abs(z) as rank_by
    from {{ ref('likeness', 'comparison_rates') }}
    where {{ of_generator }} and {{ is_rate_of_category() }}
),

associations as (
    select
        'association' as kind,
        variable_1 || ' and ' || variable_2 as subject,
        'rise of ' || method as measure,
        abs(synthetic) - abs(train) as distance,
        abs(holdout) - abs(train) as reference,
        distance as rank_by
    from {{ ref('likeness', 'comparison_correlations') }}
    where {{ of_generator }} and method in ('cramers_v', 'correlation_ratio', 'spearman')
),

compared as (
    select * from variables
    union all
    select * from pairs
    union all
    select * from segments
    union all
    select * from in_segments
    union all
    select * from rates
    union all
    select * from associations
),

-- What the holdout shows too is chance: worst is what lies furthest beyond it.
ranked as (
    select
        kind,
        row_number() over (
            partition by kind
            order by rank_by desc, distance desc, subject asc
        ) as rank,
        subject,
        measure,
        distance,
        reference,
        distance - coalesce(reference, 0) as deviation_beyond_holdout
    from compared
    where distance is not null
),

worst as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        kind,
        cast(rank as integer) as rank,
        subject,
        measure,
        distance,
        reference,
        deviation_beyond_holdout
    from ranked
    where rank <= 10
)

select * from worst
