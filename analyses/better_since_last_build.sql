-- Did it get better since the last build? Each build beside the one before it of the same generator.
with builds as (
    select
        built_at,
        generator,
        model,
        quality_score,
        detection_auc,
        tstr_ratio,
        metrics_failed,
        source_fingerprint,
        settings_fingerprint
    from {{ ref('likeness', 'quality_history') }}
),

final as (
    select
        built_at,
        generator,
        model,
        quality_score,
        quality_score - lag(quality_score) over since as quality_score_change,
        detection_auc,
        detection_auc - lag(detection_auc) over since as detection_auc_change,
        tstr_ratio,
        tstr_ratio - lag(tstr_ratio) over since as utility_ratio_change,
        metrics_failed,
        -- Fingerprints under different keys cannot be compared.
        case
            when split_part(source_fingerprint, ':', 1) = split_part(lag(source_fingerprint) over since, ':', 1)
                then source_fingerprint = lag(source_fingerprint) over since
        end as same_source,
        settings_fingerprint = lag(settings_fingerprint) over since as same_settings
    from builds
    window since as (partition by generator order by built_at)
    order by built_at desc, generator asc
)

select * from final
