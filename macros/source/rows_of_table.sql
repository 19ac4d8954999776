{# Post-hook of a list: with var table_dir its rows are those of the file of that name in the table's folder. #}
{% macro rows_of_table(name) %}
    {% if execute and table_dir() %}
        {% set columns = [] %}
        {% for column in adapter.get_columns_in_relation(this) %}
            {% do columns.append(column_sql(column.name)) %}
        {% endfor %}
        delete from {{ this }};
        insert into {{ this }} ({{ columns | join(', ') }})
        select {{ columns | join(', ') }}
        from read_csv({{ literal(seed_path(name)) }}, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"')
    {% endif %}
{% endmacro %}
