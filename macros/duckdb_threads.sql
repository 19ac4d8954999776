{# DuckDB takes every core unless the environment variable LIKENESS_DUCKDB_THREADS says how many. #}
{% macro duckdb_threads() %}
    {% if execute and env_var('LIKENESS_DUCKDB_THREADS', '') %}
        {% do run_query('set threads = ' ~ (env_var('LIKENESS_DUCKDB_THREADS') | int)) %}
    {% endif %}
{% endmacro %}
