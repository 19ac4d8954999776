{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='append_new_columns', tags=['small']) }}

{#- All that the marts say of a column in one row, of what they publish: nothing is counted anew. -#}
{%- set of_generator = "generator = '" ~ var('generator') ~ "'" %}

with shapes as (
    select
        variable,
        kind,
        case when kind = 'number' then 'KS' else 'TVD' end as measure,
        1 - similarity as distance,
        1 - similarity_holdout as distance_holdout,
        reason
    from {{ ref('likeness', 'comparison_shapes') }}
    where {{ of_generator }}
),

missing as (
    select * from {{ ref('likeness', 'comparison_missing') }}
    where {{ of_generator }} and period = 'all'
),

moments as (
    select
        variable,
        max(mean) filter (where source = 'train') as mean_train,
        max(mean) filter (where source = 'holdout') as mean_holdout,
        max(mean) filter (where source = 'synthetic') as mean_synthetic
    from {{ ref('likeness', 'comparison_moments') }}
    where {{ of_generator }}
    group by variable
),

categories as (
    select
        variable,
        arg_max(category, train) as top_category,
        max(train) as top_share_train,
        arg_max(holdout, train) as top_share_holdout,
        arg_max(synthetic, train) as top_share_synthetic
    from {{ ref('likeness', 'comparison_shares') }}
    where {{ of_generator }} and kind = 'category' and train is not null and category <> '(other)'
    group by variable
),

divergences as (
    select * from {{ ref('likeness', 'comparison_kl_divergence') }}
    where {{ of_generator }}
),

information as (
    {{ unpacked_table(ref('likeness', 'int_comparison__of_rows'), 'comparison_information_values', {
        'variable': 'varchar', 'train': 'double', 'holdout': 'double', 'synthetic': 'double'
    }) }}
),

features as (
    {{ unpacked_table(ref('likeness', 'int_comparison__of_rows'), 'comparison_features', {
        'feature': 'varchar', 'importance': 'double', 'reason': 'varchar'
    }) }}
),

joined as (
    select
        cast('{{ var("generator") }}' as varchar) as generator,
        '{{ invocation_id }}' as build_id,
        shapes.variable,
        shapes.kind,
        missing.train as missing_train,
        missing.holdout as missing_holdout,
        missing.synthetic as missing_synthetic,
        moments.mean_train,
        moments.mean_holdout,
        moments.mean_synthetic,
        categories.top_category,
        categories.top_share_train,
        categories.top_share_holdout,
        categories.top_share_synthetic,
        shapes.measure,
        shapes.distance,
        shapes.distance_holdout,
        shapes.distance - coalesce(shapes.distance_holdout, 0) as deviation_beyond_holdout,
        divergences.psi,
        divergences.psi_holdout,
        divergences.kl_divergence,
        divergences.kl_divergence_holdout,
        information.train as iv_train,
        information.holdout as iv_holdout,
        information.synthetic as iv_synthetic,
        features.importance,
        features.reason as importance_reason,
        shapes.reason
    from shapes
    left join missing on shapes.variable = missing.variable
    left join moments on shapes.variable = moments.variable
    left join categories on shapes.variable = categories.variable
    left join divergences on shapes.variable = divergences.variable
    left join information on shapes.variable = information.variable
    left join features on shapes.variable = features.feature
),

placed as (
    select
        *,
        cast(row_number() over (
            order by deviation_beyond_holdout desc nulls last, variable asc
        ) as integer) as rank
    from joined
)

select * from placed
