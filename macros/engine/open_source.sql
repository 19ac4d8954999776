{#
    The source file as a relation of texts. How it is encoded, delimited and headed is found once (likeness.warehouse.reading),
    under the vars that say so.
#}
{% macro open_source(path) %}{{ return(adapter.dispatch('open_source')(path)) }}{% endmacro %}

{% macro duckdb__open_source(path) %}
    {%- if execute -%}
        {%- set found = source_found(path) -%}
        {%- if found.problem -%}{{ exceptions.raise_compiler_error(found.problem) }}{%- endif -%}
        {{ return(found.relation) }}
    {%- endif -%}
    {{ return('source_file') }}
{% endmacro %}

{# What is known of the file: `relation` (SQL), `note` (a line to print) and `problem` (a sentence, or none). #}
{% macro source_found(path) %}
    {% set columns = field_list() %}
    {% set request = {
        'path': path,
        'names': columns | map(attribute='name') | list,
        'numbers': columns | selectattr('reader', 'equalto', 'number') | map(attribute='name') | list,
        'vars': {
            'source_delimiter': var('source_delimiter'),
            'source_encoding': var('source_encoding'),
            'source_header_line': var('source_header_line'),
            'decimal_mark': var('decimal_mark'),
        },
    } %}
    {% set asked = tojson(request) | replace("'", "''") %}
    {{ return(fromjson(run_query("select likeness_source('" ~ asked ~ "')").rows[0][0])) }}
{% endmacro %}

{# Path of the source file: the environment variable LOANS_PATH, else the var loans_path. #}
{% macro loans_path() %}{{ return(env_var('LOANS_PATH', '') or var('loans_path')) }}{% endmacro %}
