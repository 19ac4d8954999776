{#
    The rows of `relation` (texts named as the source) typed, as a query: the columns of `keep`, the fields, and the
    derived fields computed over them.
#}
{% macro typed_rows(relation, keep=[]) %}
    select
        *
        {%- for field in derived_fields() %},
        {{ field.expression }} as {{ column_sql(field.name) }}
        {%- endfor %}
    from (
        select
            {%- for name in keep %}
            texts.{{ name }},
            {%- endfor %}
            {%- for field in field_list() %}
            {{ typed_value(column_sql(field.name, 'texts'), field) }} as {{ column_sql(field.name) }}{{ "," if not loop.last }}
            {%- endfor %}
        from {{ relation }} as texts
    ) as typed_texts
{% endmacro %}

{# The value that a text says, in the field's type: a number that is whole is stored as one. #}
{% macro typed_value(text, field) -%}
    {%- if field.reader == "number" and field.type in ("integer", "bigint") -%}
        cast({{ clean(text, field) }} as {{ field.type }})
    {%- else -%}
        {{ clean(text, field) }}
    {%- endif -%}
{%- endmacro %}
