{% macro read_text(text) -%}
    nullif(trim({{ text }}), '')
{%- endmacro %}

{% macro unreadable_text(text) %}false{% endmacro %}

{# A number, null for NaN and infinity: a NaN is a missing value, not an unreadable one. #}
{% macro read_number(text) -%}
    case when try_cast(trim({{ text }}, ' %') as double) between -1e300 and 1e300 then try_cast(trim({{ text }}, ' %') as double) end
{%- endmacro %}

{% macro unreadable_number(text) -%}
    (nullif(trim({{ text }}), '') is not null and try_cast(trim({{ text }}, ' %') as double) is null)
{%- endmacro %}

{# A term in months: `36` or `36 months`. #}
{% macro read_months(text) -%}
    try_cast({{ regex_group(text, '^\\s*([0-9]+)(?:\\.0)?\\s*(?:months)?\\s*$') }} as integer)
{%- endmacro %}

{# A month, `Mon-YYYY`, as its first day. #}
{% macro read_month(text) -%}
    {{ month_date('trim(' ~ text ~ ')') }}
{%- endmacro %}
