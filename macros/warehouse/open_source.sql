{#
    The source as a relation of texts. How a file is encoded, delimited and headed is found once
    (likeness.warehouse.reading), under the vars that say so.
#}
{% macro open_source() %}{{ return(adapter.dispatch('open_source')()) }}{% endmacro %}

{% macro duckdb__open_source() %}
    {%- set relation = source_relation() -%}
    {%- if execute -%}
        {%- set found = source_found(relation) -%}
        {%- if found.problem -%}{{ exceptions.raise_compiler_error(found.problem) }}{%- endif -%}
        {{ return(found.relation) }}
    {%- endif -%}
    {{ return('source_file') }}
{% endmacro %}

{# What is known of the source: `relation` (SQL), `note` (a line to print) and `problem` (a sentence, or none). #}
{% macro source_found(relation) %}
    {% if relation is not none %}
        {{ return({'relation': with_field_names(relation), 'note': source_name() ~ ': a table', 'problem': ''}) }}
    {% endif %}
    {% set columns = field_list() %}
    {% set request = {
        'path': loans_path(),
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

{#
    A table as texts, with the fields that stand for a column whose name is taken: `loan_id_` for `loan_id`
    (likeness.warehouse.reading.own_names).
#}
{% macro with_field_names(relation) %}
    {% set texts = as_texts(relation) %}
    {% set names = field_list() | map(attribute='name') | list %}
    {% if '_' not in names | map('last') %}
        {{ return(texts) }}
    {% endif %}
    {% set request = {
        'relation': texts,
        'columns': run_query('describe select * from ' ~ relation).columns[0].values() | list,
        'names': names,
    } %}
    {% set asked = tojson(request) | replace("'", "''") %}
    {{ return(run_query("select likeness_with_field_names('" ~ asked ~ "')").rows[0][0]) }}
{% endmacro %}

{# Path of the source file: the environment variable LOANS_PATH, else the var loans_path. #}
{% macro loans_path() %}{{ return(env_var('LOANS_PATH', '') or var('loans_path')) }}{% endmacro %}
