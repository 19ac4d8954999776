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

{# The last lines of a build on its source: how many rows were left out, and what was replaced. #}
{% macro source_lines() %}
    {% if execute and flags.WHICH in ('build', 'run') %}
        {% set made = results | selectattr('status', 'equalto', 'success') | map(attribute='node.name') | list %}
        {% if 'stg_loans__excluded' in made %}
            {% set excluded = run_query('select count(*) from staging.stg_loans__excluded').rows[0][0] %}
            {% if excluded %}
                {{ log('  left out   ' ~ excluded ~ ' source rows; staging.stg_loans__excluded says why', info=true) }}
            {% endif %}
        {% endif %}
        {% set notes = "select note from raw.source_replacements where build_id = '" ~ invocation_id ~ "'" %}
        {% for row in run_query(notes).rows %}
            {% set nothing = 'Nothing was replaced: this build ended before it read its source.' %}
            {{ log(row[0] if 'loans' in made else nothing, info=true) }}
        {% endfor %}
    {% endif %}
{% endmacro %}
