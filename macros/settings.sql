{# The vars that decide what rows come out, as JSON in the order of their names. #}
{% macro settings_json() %}
    {% set names = [
        'correlation_keys', 'clustering_keys', 'emi_rounding', 'emi_tolerance', 'enforce_rules', 'engine_order',
        'generator', 'holdout_fraction', 'inference_type', 'judge', 'judge_model_id', 'max_fit_rows', 'min_cell_rows', 'min_cluster_rows',
        'missing', 'model_id', 'num_of_clusters', 'random_seed', 'rows_per_seed', 'sampling_factor', 'sds_mode',
        'seeds_path', 'segment_keys', 'synthetic_path', 'target_rows', 'temperature', 'threshold', 'top_k', 'top_p',
    ] %}
    {% set settings = {} %}
    {% for name in names %}
        {% do settings.update({name: var(name)}) %}
    {% endfor %}
    {{ return(tojson(settings, sort_keys=True)) }}
{% endmacro %}

{# Who made the rows: the model of an LLM, the offline engine, or the file. #}
{% macro generating_model() %}
    {%- if var('generator') in ('openai', 'sds') -%}
        {{ return(var('model_id')) }}
    {%- elif var('generator') == 'file' -%}
        {{ return((var('synthetic_path') | string).split('/')[-1]) }}
    {%- endif -%}
    {{ return('offline engine') }}
{% endmacro %}
