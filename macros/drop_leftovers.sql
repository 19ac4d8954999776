{# Incremental Python models and interrupted runs leave `...__dbt_tmp...` tables behind; drop them. #}
{% macro drop_leftovers() %}
    {% if execute %}
        {% set leftovers %}
            select '"' || database_name || '"."' || schema_name || '"."' || table_name || '"'
            from duckdb_tables()
            where regexp_matches(table_name, '__dbt_tmp[0-9]*$') and database_name = current_database()
        {% endset %}
        {% for row in run_query(leftovers).rows %}
            {% do run_query('drop table if exists ' ~ row[0]) %}
        {% endfor %}
    {% endif %}
{% endmacro %}
