-- Which generator is closest? The headline metrics side by side, best quality score first.
with metrics as (
    select
        generator,
        metric,
        value,
        status
    from {{ ref('likeness', 'quality_scorecard') }}
),

final as (
    select
        generator,
        max(value) filter (where metric = 'quality_score') as quality_score,
        max(value) filter (where metric = 'column_shapes') as column_shapes,
        max(value) filter (where metric = 'pair_trends') as pair_trends,
        max(value) filter (where metric = 'detection_auc') as detection_auc,
        max(value) filter (where metric = 'tstr_ratio') as tstr_ratio,
        max(value) filter (where metric = 'dcr_share') as dcr_share,
        count(*) filter (where status = 'fail') as metrics_failed
    from metrics
    group by generator
    order by quality_score desc nulls last, generator asc
)

select * from final
