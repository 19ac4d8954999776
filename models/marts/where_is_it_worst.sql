{{ config(tags=['small']) }}

{%- set of_generator = "generator = '" ~ var('generator') ~ "'" %}

with variables as (
    select
        'variable' as kind,
        variable as what,
        metric as measure,
        1 - similarity as distance,
        1 - similarity_holdout as reference
    from {{ ref('comparison_shapes') }}
    where {{ of_generator }}
),

pairs as (
    select
        'pair' as kind,
        variable_1 || ' and ' || variable_2 as what,
        'joint distance' as measure,
        joint_distance as distance,
        joint_distance_holdout as reference
    from {{ ref('comparison_pair_trends') }}
    where {{ of_generator }}
),

in_segments as (
    select
        'variable in a segment' as kind,
        variable || ' where ' || condition || ' is ' || level as what,
        metric as measure,
        distance,
        distance_holdout as reference
    from {{ ref('comparison_conditionals') }}
    where {{ of_generator }}
),

segments as (
    select
        'segment' as kind,
        condition || ' is ' || level as what,
        'mean distance' as measure,
        avg(distance) as distance,
        avg(distance_holdout) as reference
    from {{ ref('comparison_conditionals') }}
    where {{ of_generator }}
    group by condition, level
),

compared as (
    select * from variables
    union all
    select * from pairs
    union all
    select * from segments
    union all
    select * from in_segments
),

-- What the holdout shows too is chance: worst is what lies furthest beyond it.
ranked as (
    select
        kind,
        row_number() over (
            partition by kind
            order by distance - coalesce(reference, 0) desc, distance desc, what asc
        ) as place,
        what,
        measure,
        distance,
        reference,
        distance - coalesce(reference, 0) as excess
    from compared
    where distance is not null
),

worst as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        kind,
        cast(place as integer) as place,
        what,
        measure,
        distance,
        reference,
        excess
    from ranked
    where place <= 10
)

select * from worst
