{#
    The rows of `relation` (texts named as the source) typed, as a query: the columns of `keep`, the fields, and the
    derived fields computed over them. A text is read once: what depends on the value it says comes after that.
#}
{% macro typed_rows(relation, keep=[]) %}
    {%- set fields = field_list() %}
    select
        *
        {%- for field in derived_fields() %},
        {{ field.expression }} as {{ column_sql(field.name) }}
        {%- endfor %}
    from (
        select
            {%- for name in keep %}
            {{ name }},
            {%- endfor %}
            {%- for field in fields %}
            {{ stored_value(column_sql(field.name), field) }}{{ "," if not loop.last }}
            {%- endfor %}
        from (
            select
                {%- for name in keep %}
                texts.{{ name }},
                {%- endfor %}
                {%- for field in fields %}
                {{ said_value(column_sql(field.name, 'texts'), field) }} as {{ column_sql(field.name) }}{{ "," if not loop.last }}
                {%- endfor %}
            from {{ relation }} as texts
        ) as read_texts
    ) as typed_texts
{% endmacro %}

{# The value that a text says, before it is held to the field's type. #}
{% macro said_value(text, field) -%}
    {{ number_of(text) if field.reader == "number" else clean(text, field) }}
{%- endmacro %}

{# A column of such values in the field's type: a number that is whole is stored as one. #}
{% macro stored_value(value, field) -%}
    {%- if field.reader != "number" -%}
        {{ value }}
    {%- elif field.type in ("integer", "bigint") -%}
        cast({{ finite(value) }} as {{ field.type }}) as {{ value }}
    {%- else -%}
        {{ finite(value) }} as {{ value }}
    {%- endif -%}
{%- endmacro %}
