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
                'missing': clean('source.' ~ column.name, column.type) | trim ~ ' is null',
                'text': clean('source.' ~ column.name, 'text') | trim,
                'value': 'cast(' ~ (clean('source.' ~ column.name, column.type) | trim) ~ ' as varchar)',
            }) %}
        {% endfor %}
        {% set segments = [] %}
        {% for key in var('segment_keys') if key is string %}
            {% do segments.append({'name': key, 'value': typed_value(key, 'source') | trim}) %}
        {% endfor %}
        {% set reads_source = 'model.likeness.loans' in selected_resources %}
        {% set found = source_found(loans_path()) if reads_source else {} %}
        {% set request = {
            'path': loans_path(),
            'reader': found.relation,
            'problem': found.problem,
            'stated': stated_columns() | trim,
            'reasons': row_reasons('source'),
            'reads_source': reads_source,
            'columns': checks,
            'key_column': var('key_column'),
            'segments': segments,
            'vars': settings('all'),
            'rules': rules_request(),
        } %}
        {% set answer = run_query("select likeness_preflight('" ~ (tojson(request) | replace("'", "''")) ~ "')") %}
        {% set sentence = answer.rows[0][0] %}
        {% if sentence %}
            {{ exceptions.raise_compiler_error(sentence) }}
        {% endif %}
        {% if found.note %}
            {{ log('  source     ' ~ found.note, info=true) }}
        {% endif %}
    {% endif %}
{% endmacro %}
