{# The source file as a relation of texts: csv, tsv (also .gz) or parquet, by its ending. #}
{% macro open_source(path) %}{{ return(adapter.dispatch('open_source')(path)) }}{% endmacro %}

{% macro duckdb__open_source(path) %}
    {%- set name = path | lower -%}
    {%- set quoted = "'" ~ path | replace("'", "''") ~ "'" -%}
    {%- if name.endswith('.parquet') -%}
        (select columns(*)::varchar from read_parquet({{ quoted }}))
    {%- else -%}
        {%- set delimiter = '\t' if '.tsv' in name or name.endswith('.txt') else ',' -%}
        read_csv({{ quoted }}, all_varchar = true, header = true, delim = '{{ delimiter }}', quote = '"', escape = '"', max_line_size = 10000000)
    {%- endif -%}
{% endmacro %}

{# Path of the source file: the environment variable LOANS_PATH, else the var loans_path. #}
{% macro loans_path() %}{{ return(env_var('LOANS_PATH', '') or var('loans_path')) }}{% endmacro %}
