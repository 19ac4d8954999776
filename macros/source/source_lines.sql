{# Says in the first lines of a build that it replaces what another source made, and keeps it for the last ones. #}
{% macro note_replacement(note) %}
    {% do run_query('create table if not exists raw.source_replacements (build_id varchar, note varchar)') %}
    {% if note %}
        {{ log(note, info=true) }}
        {% do run_query(
            "insert into raw.source_replacements values ('" ~ invocation_id ~ "', '" ~ (note | replace("'", "''")) ~ "')"
        ) %}
    {% endif %}
{% endmacro %}

{# The last lines of a build on its source: what it replaced, and how many rows were left out. #}
{% macro source_lines() %}
    {% if execute and flags.WHICH in ('build', 'run') %}
        {% set loaded = results | selectattr('node.name', 'equalto', 'loans') | selectattr('status', 'equalto', 'success') | list %}
        {% set notes = "select note from raw.source_replacements where build_id = '" ~ invocation_id ~ "'" %}
        {% for row in run_query(notes).rows %}
            {{ log(row[0] if loaded else 'Nothing was replaced: this build ended before it read its source.', info=true) }}
        {% endfor %}
    {% endif %}
{% endmacro %}
