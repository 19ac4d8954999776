{{ config(materialized='incremental', unique_key='build_id', incremental_strategy='delete+insert', on_schema_change='append_new_columns', full_refresh=false, tags=['small']) }}

{%- set metrics = [
    'column_shapes', 'standardized_mean_difference', 'kl_divergence', 'missing_difference', 'pair_trends', 'pair_trends_all', 'quality_score', 'worst_pairs_tvd',
    'mean_abs_correlation_difference', 'association_increase', 'target_rate_difference', 'conditional_distance', 'detection_auc', 'tstr_ratio', 'identical_match_share', 'dcr_share',
    'nndr', 'quasi_identifiers_shared', 'acceptance_rate', 'formula_exact_as_generated',
] %}
{%- set settings = settings_json() | replace("'", "''") %}

with scorecard as (
    select * from {{ ref('likeness', 'quality_scorecard') }}
    where generator = '{{ var("generator") }}'
),

source as (
    {{ fingerprint_of_source(ref('likeness', 'stg_loans')) }}
),

measured as (
    select
        {%- for metric in metrics %}
        max(value) filter (where metric = '{{ metric }}') as {{ metric }},
        {%- endfor %}
        cast(max(value) filter (where metric = 'accepted_rows') as bigint) as synthetic_rows,
        count(*) filter (where status = 'fail') as metrics_failed,
        count(*) filter (where status = 'warn') as metrics_warned
    from scorecard
),

build as (
    select
        '{{ invocation_id }}' as build_id,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp) as built_at,
        cast('{{ var("generator") }}' as varchar) as generator,
        cast('{{ generating_model() | replace("'", "''") }}' as varchar) as model,
        cast('{{ var("judge") }}' as varchar) as judge,
        md5('{{ settings }}') as settings_fingerprint,
        '{{ settings }}' as settings,
        source.source_fingerprint,
        source.source_rows,
        measured.synthetic_rows,
        {%- for metric in metrics %}
        cast(measured.{{ metric }} as double) as {{ metric }},
        {%- endfor %}
        measured.metrics_failed,
        measured.metrics_warned
    from source
    cross join measured
)

select * from build
