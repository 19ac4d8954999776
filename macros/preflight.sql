{#
    Before any model runs: can the source be read, does it have the columns, are they what they
    say, and are the vars sound? One sentence and a non-zero exit if not; nothing has changed then.
#}
{% macro preflight() %}
    {% if execute and flags.WHICH in ('build', 'run') %}
        {% set checks = [] %}
        {% for field in field_list() %}
            {% do checks.append({
                'name': field.name,
                'type': field.reader,
                'read': clean(column_sql(field.name, 'source'), field.reader) | trim,
            }) %}
        {% endfor %}
        {% set segments = [] %}
        {% for key in var('segment_keys') if key is string %}
            {% do segments.append({'name': key, 'value': column_sql(key, 'source')}) %}
        {% endfor %}
        {% set reads_source = 'model.likeness.loans' in selected_resources %}
        {% set found = source_found(loans_path()) if reads_source else {} %}
        {% set request = {
            'path': loans_path(),
            'reader': found.relation | default(''),
            'problem': found.problem | default(''),
            'stated': stated_columns() | trim,
            'reasons': field_reasons('source') + part_reasons(),
            'reads_source': reads_source,
            'columns': checks,
            'key_column': var('key_column'),
            'typed': '(' ~ typed_rows(stated_rows(found.relation | default(''))) ~ ')',
            'segments': segments,
            'vars': settings('all'),
            'rules': rules_request(),
            'formulas': formulas_request(),
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
