{#
    Before any model runs: can the source be read, does it have the columns, are they what they
    say, and are the vars sound? One sentence and a non-zero exit if not; nothing has changed then.
    A table that this run makes is asked after it is made and before raw.loans reads it.
#}
{% macro preflight() %}
    {% if runs_likeness() and flags.WHICH in ('build', 'run') %}
        {# The vars first: what follows is made from them. #}
        {% do stop_if(ask_preflight({'vars': settings('all')})) %}
        {% set reads_source = 'model.likeness.loans' in selected_resources and not source_is_made_now() %}
        {% set request = preflight_request(reads_source) %}
        {% do stop_if(ask_preflight(request)) %}
        {% if request.note %}
            {{ log('  source     ' ~ request.note, info=true) }}
        {% endif %}
    {% endif %}
{% endmacro %}

{# Pre-hook of raw.loans: what could not be asked before the first model, of a source that is made in the same run. #}
{% macro preflight_of_table() %}
    {% if execute and flags.WHICH in ('build', 'run') and source_is_made_now() %}
        {% do stop_if(ask_preflight(preflight_request(true))) %}
    {% endif %}
{% endmacro %}

{# All that likeness.preflight.problems wants to know. #}
{% macro preflight_request(reads_source) %}
    {% set checks = [] %}
    {% for field in field_list() %}
        {% do checks.append({
            'name': field.name,
            'type': field.reader,
            'read': clean(column_sql(field.name, 'source'), field) | trim,
        }) %}
    {% endfor %}
    {% set segments = [] %}
    {% for key in var('segment_keys') if key is string %}
        {% do segments.append({'name': key, 'value': column_sql(key, 'source')}) %}
    {% endfor %}
    {% set found = source_found(source_relation_in_hook()) if reads_source else {} %}
    {{ return({
        'path': source_name(),
        'is_table': named_source() is not none,
        'reader': found.relation | default(''),
        'problem': found.problem | default(''),
        'note': found.note | default(''),
        'stated': stated_columns() | trim,
        'reasons': field_reasons('source') + part_reasons(),
        'reads_source': reads_source,
        'columns': checks,
        'key_column': var('key_column'),
        'typed': '(' ~ typed_rows(stated_rows(found.relation | default(''))) ~ ')',
        'segments': segments,
        'vars': settings('all'),
        'rules': rules_request(),
        'first_rows': findings_of_first_rows() if var('generator') == 'file' else none,
        'formulas': formulas_request(),
    }) }}
{% endmacro %}

{# What is wrong with the form of the relation likeness_first_rows: rows of a file, which no seed has asked for. #}
{% macro findings_of_first_rows() %}
    {% set seed = ["cast(null as varchar) as generator", "cast(null as integer) as seed_id"] %}
    {% for name in var('categorical_variables') %}
        {% do seed.append('cast(null as varchar) as ' ~ column_sql(name)) %}
    {% endfor %}
    {% set typed = typed_rows('likeness_first_rows', keep=['synthetic_id', 'generator', 'seed_id']) %}
    {{ return(format_findings_of('likeness_first_rows', '(' ~ typed ~ ')', '(select ' ~ seed | join(', ') ~ ')')) }}
{% endmacro %}

{# The sentence about a request, or none; see likeness.preflight.problems. #}
{% macro ask_preflight(request) %}
    {% set asked = tojson(request) | replace("'", "''") %}
    {{ return(run_query("select likeness_preflight('" ~ asked ~ "')").rows[0][0]) }}
{% endmacro %}

{% macro stop_if(sentence) %}
    {% if sentence %}
        {{ exceptions.raise_compiler_error(sentence) }}
    {% endif %}
{% endmacro %}
