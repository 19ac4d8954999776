-- What is the target's rate by each condition (var rates_by), such as the default rate by state? Worst first.
with rates as (
    select
        generator,
        measure,
        variable_1 as variable,
        level_1 as level,
        train,
        train_low,
        train_high,
        holdout,
        synthetic,
        difference,
        difference_holdout,
        z,
        n_synthetic,
        reason
    from {{ ref('likeness', 'comparison_rates') }}
    where measure like 'rate of %' and variable_2 is null
),

final as (
    select * from rates
    order by generator asc, variable asc, abs(z) desc nulls last, abs(difference) desc nulls last, level asc
)

select * from final
