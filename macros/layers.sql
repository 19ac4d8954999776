{# The schema of a layer (raw, staging, intermediate, profiles, synthetic, marts, seeds), under var schema_prefix. #}
{% macro layer_schema(layer) %}
    {{ return((var('schema_prefix', none) or '') ~ layer) }}
{% endmacro %}

{# A table in a layer, as SQL names it. #}
{% macro layer_table(layer, name) %}
    {{ return(layer_schema(layer) ~ '.' ~ name) }}
{% endmacro %}

{# Whether the database has a table in a layer. #}
{% macro has_layer_table(layer, name) %}
    {% set found %}
        select count(*) from duckdb_tables()
        where
            database_name = current_database()
            and lower(schema_name) = {{ literal(layer_schema(layer) | lower) }}
            and table_name = {{ literal(name) }}
    {% endset %}
    {{ return(run_query(found).rows[0][0] > 0) }}
{% endmacro %}
