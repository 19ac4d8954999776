{# Incremental Python models and interrupted runs leave `...__dbt_tmp...` tables behind; drop those of Likeness. #}
{% macro drop_leftovers() %}
    {% if runs_likeness() %}
        {% set schemas = ["''"] %}
        {% for node in graph.nodes.values() if node.package_name == 'likeness' and node.resource_type == 'model' %}
            {% set schema = literal(node.schema | lower) %}
            {% do schemas.append(schema) if schema not in schemas %}
        {% endfor %}
        {% set leftovers %}
            select table_name, '"' || database_name || '"."' || schema_name || '"."' || table_name || '"'
            from duckdb_tables()
            where
                regexp_matches(table_name, '__dbt_tmp[0-9]*$')
                and database_name = current_database()
                and lower(schema_name) in ({{ schemas | join(', ') }})
        {% endset %}
        {% for row in run_query(leftovers).rows if 'model.likeness.' ~ row[0].split('__dbt_tmp')[0] in graph.nodes %}
            {% do run_query('drop table if exists ' ~ row[1]) %}
        {% endfor %}
    {% endif %}
{% endmacro %}
