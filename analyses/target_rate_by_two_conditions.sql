-- What is the target's rate by two conditions (pairs of var rates_by), such as the default rate by grade and vintage?
with rates as (
    select
        generator,
        measure,
        variable_1,
        level_1,
        variable_2,
        level_2,
        train,
        train_low,
        train_high,
        holdout,
        synthetic,
        synthetic_low,
        synthetic_high,
        z,
        n_synthetic,
        reason,
        position
    from {{ ref('likeness', 'comparison_rates') }}
    where measure like 'rate of %' and variable_2 is not null
),

final as (
    select * exclude (position)
    from rates
    order by generator, variable_1, variable_2, position
)

select * from final
