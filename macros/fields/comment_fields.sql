{# The descriptions of seeds/fields.csv as comments of the columns of `this`, which dbt's docs and clients show. #}
{% macro comment_fields(typed=true) %}
    {% for field in (all_fields() if typed else field_list()) if field.description %}
    comment on column {{ this }}.{{ column_sql(field.name) }} is {{ literal(field.description) }};
    {% endfor %}
{% endmacro %}
