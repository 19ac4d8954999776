{% macro read_text(text, field) -%}
    nullif(trim({{ text }}), '')
{%- endmacro %}

{% macro unreadable_text(text, field) %}false{% endmacro %}

{% macro was_unreadable_text(text, value) %}false{% endmacro %}

{# A number, null for NaN and infinity: a NaN is a missing value, not an unreadable one. #}
{% macro read_number(text, field) -%}
    {{ finite(number_of(text)) }}
{%- endmacro %}

{% macro finite(number) -%}
    case when {{ number }} between -1e300 and 1e300 then {{ number }} end
{%- endmacro %}

{% macro unreadable_number(text, field) -%}
    (nullif(trim({{ text }}), '') is not null and {{ number_of(text) }} is null)
{%- endmacro %}

{% macro was_unreadable_number(text, value) -%}
    ({{ value }} is null and nullif(trim({{ text }}), '') is not null and try_cast(trim({{ text }}, ' %') as double) is null)
{%- endmacro %}

{# A term in months: `36`, `36.0`, `36 months` or `36 mths`. #}
{% macro read_months(text, field) -%}
    try_cast({{ regex_group(text, '(?i)^\\s*([0-9]+)(?:[.]0+)?\\s*(?:months?|mths?|mos?[.]?|m)?\\s*$') }} as integer)
{%- endmacro %}

{# A month as its first day; month_date says how it may be written where the field's format does not. #}
{% macro read_month(text, field) -%}
    {%- if '%' in field.format -%}
    cast(date_trunc('month', {{ moment_of(text, field.format, '%Y-%m-%d') }}) as date)
    {%- else -%}
    {{ month_date('trim(' ~ text ~ ')') }}
    {%- endif -%}
{%- endmacro %}

{# A day in the field's format (as strptime takes it) or in ISO's. #}
{% macro read_date(text, field) -%}
    cast({{ moment_of(text, date_format(field), '%Y-%m-%d') }} as date)
{%- endmacro %}

{# A day with a time, in the field's format (as strptime takes it) or in ISO's. #}
{% macro read_timestamp(text, field) -%}
    {{ moment_of(text, date_format(field), '%Y-%m-%d %H:%M:%S') }}
{%- endmacro %}

{# How a date is printed, as strftime takes it; none where months are Mon-YYYY. #}
{% macro date_format(field) %}
    {% set standard = {'date': '%Y-%m-%d', 'timestamp': '%Y-%m-%d %H:%M:%S'} %}
    {{ return(field.format if '%' in field.format else standard.get(field.reader)) }}
{% endmacro %}

{# The number that a text says, with a percent or currency sign and thousands separators or without. #}
{% macro number_of(text) -%}
    coalesce(
        try_cast(trim({{ text }}, ' %') as double),
        case
            when regexp_full_match(
                trim({{ text }}),
                '[-+]?(?:USD|US[$]|[$€£])?\s*[-+]?(?:[0-9]{1,3}(?:[, ’\x{A0}\x{202F}][0-9]{3})+|[0-9]+)(?:[.][0-9]*)?\s*(?:%|USD|[$€£])?'
            ) then try_cast(regexp_replace({{ text }}, '[^-0-9.]', '', 'g') as double)
        end
    )
{%- endmacro %}
