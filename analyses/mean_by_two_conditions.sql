-- What is the mean of a number by a category and bands of another (var means_by), such as dti by income for 60 months?
with means as (
    select
        generator,
        measure,
        variable_1,
        level_1,
        variable_2,
        level_2,
        train,
        holdout,
        synthetic,
        difference,
        difference_holdout,
        n_synthetic,
        reason,
        position
    from {{ ref('likeness', 'comparison_rates') }}
    where measure like 'mean of %'
),

final as (
    select * exclude (position)
    from means
    order by generator, measure, variable_1, variable_2, position
)

select * from final
