{#
    The cleaning rules, once: how a text becomes a typed value. A field names its rule in column `reader` of
    seeds/fields.csv. A new reader is a macro `read_<reader>(text)` that gives the typed value or null, and, where not
    every text without a value is a fault, `unreadable_<reader>(text)`.
#}
{% macro clean(text, reader) -%}
    {{ reader_macro('read', reader)(text) }}
{%- endmacro %}

{# True where `text` says something that cannot be read. #}
{% macro unreadable(text, reader) -%}
    {%- set own = reader_macro('unreadable', reader, optional=true) -%}
    {%- if own -%}
        {{ own(text) }}
    {%- else -%}
        (nullif(trim({{ text }}), '') is not null and {{ clean(text, reader) }} is null)
    {%- endif -%}
{%- endmacro %}

{% macro reader_macro(does, reader, optional=false) %}
    {% set name = does ~ '_' ~ reader %}
    {% if name not in context and not optional %}
        {{ exceptions.raise_compiler_error("seeds/fields.csv: there is no reader " ~ reader ~ " (a macro " ~ name ~ ").") }}
    {% endif %}
    {{ return(context.get(name)) }}
{% endmacro %}
