{# DuckDB takes four fifths of the machine's memory unless var duckdb_memory says how many GB. #}
{% macro duckdb_memory() %}
    {% if execute and var('duckdb_memory') is not none %}
        {% do run_query("set memory_limit = '" ~ (var('duckdb_memory') | float) ~ "GB'") %}
    {% endif %}
{% endmacro %}
