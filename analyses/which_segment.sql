-- Which segment is copied worst, and by which variable most?
with distances as (
    select
        generator,
        condition,
        level,
        variable,
        distance,
        distance_holdout,
        n_train
    from {{ ref('likeness', 'comparison_conditionals') }}
    where distance is not null
),

segments as (
    select
        generator,
        condition,
        level,
        max(n_train) as n_train,
        avg(distance) as mean_distance,
        avg(distance_holdout) as mean_distance_holdout,
        arg_max(variable, distance - coalesce(distance_holdout, 0)) as worst_variable
    from distances
    group by generator, condition, level
),

final as (
    select
        *,
        mean_distance - mean_distance_holdout as excess
    from segments
    order by excess desc nulls last, generator asc, condition asc, level asc
)

select * from final
