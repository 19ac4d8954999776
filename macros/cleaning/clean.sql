{#
    The cleaning rules, once: how a text becomes a typed value. A field names its rule in column `reader` of
    seeds/fields.csv. A new reader is a macro `read_<reader>(text, field)` that gives the typed value or null, and, where
    not every text without a value is a fault, `unreadable_<reader>(text, field)` and the same of a text that has been
    read, `was_unreadable_<reader>(text, value)`.
#}
{% macro clean(text, field) -%}
    {{ reader_macro('read', field.reader)(text, field) }}
{%- endmacro %}

{# True where `text` says something that cannot be read. #}
{% macro unreadable(text, field) -%}
    {%- set own = reader_macro('unreadable', field.reader, optional=true) -%}
    {%- if own -%}
        {{ own(text, field) }}
    {%- else -%}
        (nullif(trim({{ text }}), '') is not null and {{ clean(text, field) }} is null)
    {%- endif -%}
{%- endmacro %}

{# The same where `value` is what the text was read as. #}
{% macro was_unreadable(text, value, field) -%}
    {%- set own = reader_macro('was_unreadable', field.reader, optional=true) -%}
    {%- if own -%}
        {{ own(text, value) }}
    {%- else -%}
        ({{ value }} is null and nullif(trim({{ text }}), '') is not null)
    {%- endif -%}
{%- endmacro %}

{% macro reader_macro(does, reader, optional=false) %}
    {% set name = does ~ '_' ~ reader %}
    {% if name not in context and not optional %}
        {{ exceptions.raise_compiler_error("seeds/fields.csv: there is no reader " ~ reader ~ " (a macro " ~ name ~ ").") }}
    {% endif %}
    {{ return(context.get(name)) }}
{% endmacro %}
