{# A number for a sentence: at most four significant decimals, no trailing zeros. #}
{% macro short_number(number) -%}
    regexp_replace(regexp_replace(printf('%.4f', {{ number }}), '0+$', ''), '\.$', '')
{%- endmacro %}
