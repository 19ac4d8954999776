-- Does a model trained on synthetic rows rank and calibrate as one trained on real rows? Both on the holdout.
with utility as (
    select * from {{ ref('likeness', 'comparison_utility') }}
),

by_model as (
    select
        generator,
        target,
        positive,
        'synthetic' as trained_on,
        auc_synthetic as auc,
        gini_synthetic as gini,
        ks_synthetic as ks,
        brier_synthetic as brier,
        calibration_error_synthetic as calibration_error,
        n_synthetic as n_trained_on,
        n_holdout,
        reason
    from utility
    union all
    select
        generator,
        target,
        positive,
        'train' as trained_on,
        auc_train,
        gini_train,
        ks_train,
        brier_train,
        calibration_error_train,
        n_train,
        n_holdout,
        reason
    from utility
),

final as (
    select * from by_model
    order by generator, trained_on
)

select * from final
