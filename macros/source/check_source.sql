{#
    Before any model: do the tables that this run reads or leaves come from the source that it names? One sentence and
    a non-zero exit if not. A whole build may replace another source's tables, and says so.
#}
{% macro check_source() %}
    {% if runs_likeness() and flags.WHICH in ('build', 'run', 'test') %}
        {% do keep_source_tables() %}
        {% do keep_fingerprint_key() %}
        {# Tests read no source, and a table's rows may have changed since in a project that makes it daily. #}
        {% set asks_content = named_source() and flags.WHICH != 'test' and not source_is_made_now() %}
        {% set request = {
            'environment': env_var('LOANS_PATH', ''),
            'variable': var('loans_path'),
            'table': source_name() if named_source() else '',
            'table_digest': rows_digest(source_relation_in_hook()) if asks_content else '',
            'given': 'loans_path' in (invocation_args_dict.get('vars') or {}),
            'which': flags.WHICH,
            'unselected': models_not_selected(),
            'database': target.path,
            'export_dir': var('export_dir'),
            'replace_other_source': var('replace_other_source'),
            'identity': identity_now(),
            'tables': tables_now(),
        } %}
        {% set asked = tojson(request) | replace("'", "''") %}
        {% set answer = fromjson(run_query("select likeness_source_check('" ~ asked ~ "')").rows[0][0]) %}
        {% if answer.sentence %}
            {{ exceptions.raise_compiler_error(answer.sentence) }}
        {% endif %}
        {% if flags.WHICH != 'test' %}
            {% do begin_tables(answer.pending) %}
            {% do note_replacement(answer.note) %}
        {% endif %}
    {% endif %}
{% endmacro %}

{# Unique ids of this project's models that the run does not make. #}
{% macro models_not_selected() %}
    {% set names = [] %}
    {% for node in graph.nodes.values() if node.resource_type == 'model' and node.package_name == 'likeness' %}
        {% if node.unique_id not in selected_resources %}
            {% do names.append(node.unique_id) %}
        {% endif %}
    {% endfor %}
    {{ return(names | sort) }}
{% endmacro %}

{# What the database says of its source; none before the first build. Tables without a record are of unknown origin. #}
{% macro identity_now() %}
    {% set columns = ['name', 'digest', 'rows', 'fingerprint', 'built_at'] %}
    {% set found = run_query('select name, digest, rows, fingerprint, cast(built_at as varchar) from ' ~ source_identity()) %}
    {% for row in found.rows %}
        {{ return(dict(zip(columns, row))) }}
    {% endfor %}
    {% if has_layer_table('raw', 'loans') %}
        {{ return({'name': none, 'digest': 'unknown', 'rows': none, 'fingerprint': none, 'built_at': none}) }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}

{% macro tables_now() %}
    {% set tables = [] %}
    {% for row in run_query('select node, source, source_name, pending from ' ~ table_sources() ~ ' order by node').rows %}
        {% do tables.append({'node': row[0], 'source': row[1], 'source_name': row[2], 'pending': row[3]}) %}
    {% endfor %}
    {{ return(tables) }}
{% endmacro %}
