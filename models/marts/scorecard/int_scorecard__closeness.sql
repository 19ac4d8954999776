{{ config(tags=['small']) }}

{%- set of_generator = "generator = '" ~ var('generator') ~ "'" %}

with shapes as (
    select
        avg(similarity) as value,
        avg(similarity_holdout) as reference,
        max(reason) as reason
    from {{ ref('likeness', 'comparison_shapes') }}
    where {{ of_generator }}
),

means as (
    select
        max(abs(differences.difference) / nullif(moments.std, 0)) as value,
        max(abs(differences.difference_holdout) / nullif(moments.std, 0)) as reference,
        max(differences.reason) as reason
    from {{ ref('likeness', 'comparison_moment_differences') }} as differences
    inner join {{ ref('likeness', 'comparison_moments') }} as moments
        on
            differences.generator = moments.generator
            and differences.variable = moments.variable
            and moments.source = 'train'
    where differences.{{ of_generator }} and differences.statistic = 'mean'
),

divergences as (
    select
        max(kl_divergence) as value,
        max(kl_divergence_holdout) as reference,
        max(reason) as reason
    from {{ ref('likeness', 'comparison_kl_divergence') }}
    where {{ of_generator }}
),

stability as (
    select
        max(psi) as value,
        max(psi_holdout) as reference,
        max(reason) as reason
    from {{ ref('likeness', 'comparison_kl_divergence') }}
    where {{ of_generator }}
),

missing as (
    select
        max(abs(synthetic - train)) as value,
        max(abs(holdout - train)) as reference,
        max(reason) as reason
    from {{ ref('likeness', 'comparison_missing') }}
    where {{ of_generator }} and period = 'all'
),

all_pairs as (
    select
        avg(similarity) as value,
        avg(similarity_holdout) as reference,
        max(reason) as reason
    from {{ ref('likeness', 'comparison_pair_trends') }}
    where {{ of_generator }}
),

-- As SDMetrics from 0.32 on: pairs that train rows do not associate have no trend to keep.
pairs as (
    select
        avg(similarity) as value,
        avg(similarity_holdout) as reference,
        coalesce(max(reason), 'no pair of columns is associated in train rows') as reason
    from {{ ref('likeness', 'comparison_pair_trends') }}
    where {{ of_generator }} and is_associated
),

worst_pairs as (
    select
        max(joint_distance, 10) as distances,
        max(joint_distance_holdout, 10) as distances_holdout,
        max(reason) as reason
    from {{ ref('likeness', 'comparison_pair_trends') }}
    where {{ of_generator }}
),

joint as (
    select
        list_avg(distances) as value,
        list_avg(distances_holdout) as reference,
        reason
    from worst_pairs
),

correlations as (
    select
        avg(abs(difference)) as value,
        avg(abs(difference_holdout)) as reference,
        max(reason) as reason
    from {{ ref('likeness', 'comparison_correlations') }}
    where {{ of_generator }}
),

-- What a table invents: the largest rise of an association, whichever pair it is of.
associations as (
    select
        max(abs(synthetic) - abs(train)) as value,
        max(abs(holdout) - abs(train)) as reference,
        max(reason) as reason
    from {{ ref('likeness', 'comparison_correlations') }}
    where {{ of_generator }} and method in ('cramers_v', 'correlation_ratio', 'spearman')
),

target_rates as (
    select
        max(abs(z)) as value,
        max(abs(z_holdout)) as reference,
        {{ "max(reason)" if var('utility_target') else "'no utility_target'" }} as reason
    from {{ ref('likeness', 'comparison_rates') }}
    where {{ of_generator }} and {{ is_rate_of_category() }}
),

conditionals as (
    select
        avg(distance) as value,
        avg(distance_holdout) as reference,
        max(reason) as reason
    from {{ ref('likeness', 'comparison_conditionals') }}
    where {{ of_generator }}
),

detection as (
    select * from {{ ref('likeness', 'comparison_detection') }}
    where {{ of_generator }}
),

utility as (
    select * from {{ ref('likeness', 'comparison_utility') }}
    where {{ of_generator }}
),

privacy as (
    select * from {{ ref('likeness', 'comparison_privacy') }}
    where {{ of_generator }} and metric in ('identical_match_share', 'quasi_identifiers_shared', 'dcr_share', 'nndr')
),

metrics as (
    select
        'column_shapes' as metric,
        'shape' as dimension,
        'higher' as direction,
        *
    from shapes
    union all
    select
        'standardized_mean_difference',
        'shape',
        'lower',
        *
    from means
    union all
    select
        'kl_divergence',
        'shape',
        'lower',
        *
    from divergences
    union all
    select
        'psi',
        'shape',
        'lower',
        *
    from stability
    union all
    select
        'missing_difference',
        'shape',
        'lower',
        *
    from missing
    union all
    select
        'pair_trends',
        'pair',
        'higher',
        *
    from pairs
    union all
    select
        'pair_trends_all',
        'pair',
        'higher',
        *
    from all_pairs
    union all
    select
        'quality_score',
        'pair',
        'higher',
        list_avg([shapes.value, pairs.value]),
        list_avg([shapes.reference, case when pairs.value is not null then pairs.reference end]),
        coalesce(shapes.reason, pairs.reason)
    from shapes
    cross join pairs
    union all
    select
        'worst_pairs_tvd',
        'pair',
        'lower',
        *
    from joint
    union all
    select
        'mean_abs_correlation_difference',
        'pair',
        'lower',
        *
    from correlations
    union all
    select
        'association_increase',
        'pair',
        'lower',
        *
    from associations
    union all
    select
        'target_rate_difference',
        'conditional',
        'lower',
        *
    from target_rates
    union all
    select
        'conditional_distance',
        'conditional',
        'lower',
        *
    from conditionals
    union all
    select
        'detection_auc',
        'detection',
        'lower',
        auc,
        auc_reference,
        reason
    from detection
    union all
    select
        'detection_auc_all_fields',
        'detection',
        'lower',
        auc_all_fields,
        auc_all_fields_reference,
        reason
    from detection
    union all
    select
        'pmse_ratio',
        'detection',
        'lower',
        pmse_ratio,
        pmse_ratio_reference,
        reason
    from detection
    union all
    select
        'trivariate_accuracy',
        'pair',
        'higher',
        trivariate_accuracy,
        trivariate_accuracy_holdout,
        reason
    from detection
    union all
    select
        'tstr_ratio',
        'utility',
        'higher',
        ratio,
        1,
        reason
    from utility
    union all
    select
        metric,
        'privacy',
        case when metric = 'nndr' then 'higher' else 'lower' end,
        value,
        reference,
        reason
    from privacy
),

closeness as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        metric,
        dimension,
        cast(value as double) as value,
        cast(reference as double) as reference,
        direction,
        case when value is null then reason end as reason
    from metrics
)

select * from closeness
