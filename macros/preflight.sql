{#
    Before any model runs: can the source be read, does it have the columns, are they what they
    say, and are the vars sound? One sentence and a non-zero exit if not; nothing has changed then.
#}
{% macro preflight() %}
    {% if execute and flags.WHICH in ('build', 'run') %}
        {% set checks = [] %}
        {% for column in loan_columns() %}
            {% do checks.append({
                'name': column.name,
                'type': column.type,
                'unreadable': unreadable('source.' ~ column.name, column.type) | trim,
            }) %}
        {% endfor %}
        {% set segments = [] %}
        {% for key in var('segment_keys') if key is string %}
            {% do segments.append({'name': key, 'value': typed_value(key, 'source') | trim}) %}
        {% endfor %}
        {% set request = {
            'path': loans_path(),
            'reader': open_source(loans_path()) | trim,
            'reads_source': 'model.likeness.loans' in selected_resources,
            'columns': checks,
            'key_column': var('key_column'),
            'segments': segments,
            'vars': preflight_vars(),
            'rules': rules_request(),
        } %}
        {% set answer = run_query("select likeness_preflight('" ~ (tojson(request) | replace("'", "''")) ~ "')") %}
        {% set sentence = answer.rows[0][0] %}
        {% if sentence %}
            {{ exceptions.raise_compiler_error(sentence) }}
        {% endif %}
    {% endif %}
{% endmacro %}

{# The vars whose values the preflight checks. #}
{% macro preflight_vars() %}
    {% set names = [
        'missing', 'random_seed', 'holdout_fraction', 'min_cell_rows', 'sampling_factor', 'num_of_clusters',
        'max_fit_rows', 'segment_keys', 'clustering_keys', 'correlation_keys', 'continuous_variables',
        'categorical_variables', 'generator', 'engine', 'target_rows', 'rows_per_seed', 'judge', 'threshold',
        'enforce_rules', 'emi_tolerance', 'emi_rounding', 'seeds_path',
        'synthetic_path', 'scores_path', 'condition_on', 'quasi_identifiers', 'kl_bins', 'max_comparison_rows',
        'max_detection_rows', 'max_privacy_rows', 'base_url', 'model_id', 'judge_model_id',
        'temperature', 'judge_temperature', 'top_p', 'top_k', 'max_tokens', 'rows_per_request', 'judge_batch',
        'concurrency', 'timeout', 'max_retries', 'max_rounds', 'max_requests', 'max_cost', 'price_in', 'price_out',
        'example_path', 'criteria',
    ] %}
    {% set values = {} %}
    {% for name in names %}
        {% do values.update({name: var(name)}) %}
    {% endfor %}
    {{ return(values) }}
{% endmacro %}
