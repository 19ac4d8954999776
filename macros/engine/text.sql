{# The first group of a regular expression in `text`, null where it does not match. #}
{% macro regex_group(text, pattern) %}{{ return(adapter.dispatch('regex_group')(text, pattern)) }}{% endmacro %}

{% macro duckdb__regex_group(text, pattern) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', 1), '')
{%- endmacro %}

{# The first day of the month written as `Mon-YYYY`, null where the text is no month. #}
{% macro month_date(text) %}{{ return(adapter.dispatch('month_date')(text)) }}{% endmacro %}

{% macro duckdb__month_date(text) -%}
    cast(try_strptime({{ text }}, '%b-%Y') as date)
{%- endmacro %}

{# A date as `Mon-YYYY`. #}
{% macro month_text(date) %}{{ return(adapter.dispatch('month_text')(date)) }}{% endmacro %}

{% macro duckdb__month_text(date) -%}
    strftime({{ date }}, '%b-%Y')
{%- endmacro %}

{# A number as the source prints it: the shortest text with at least one decimal. #}
{% macro number_text(number) %}{{ return(adapter.dispatch('number_text')(number)) }}{% endmacro %}

{% macro duckdb__number_text(number) -%}
    case
        when {{ number }} = round({{ number }}) and abs({{ number }}) < 1e15
            then cast(cast({{ number }} as bigint) as varchar) || '.0'
        else cast({{ number }} as varchar)
    end
{%- endmacro %}
