{# The first group of a regular expression in `text`, null where it does not match. #}
{% macro regex_group(text, pattern) %}{{ return(adapter.dispatch('regex_group')(text, pattern)) }}{% endmacro %}

{% macro duckdb__regex_group(text, pattern) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', 1), '')
{%- endmacro %}

{#
    The first day of the month that a text names, null where it names none: Jan-2015, January 2015, 2015-01, 2015-01-31,
    01/2015, 31-Jan-2015; Jan-15 and Excel's 15-Jan are of the latest such year that is not after var latest_year.
#}
{% macro month_date(text) %}{{ return(adapter.dispatch('month_date')(text)) }}{% endmacro %}

{% macro duckdb__month_date(text) -%}
    {%- set names = "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)" -%}
    {%- set year = "(?:1[89]|2[0-9])[0-9]{2}" -%}
    {%- set latest = var('latest_year', none) or run_started_at.year -%}
    {%- set short = "cast(regexp_extract(" ~ text ~ ", '([0-9]{1,2})', 1) as integer)" -%}
    cast(case
        when regexp_full_match({{ text }}, '[A-Z][a-z]{2}-{{ year }}') then try_strptime({{ text }}, '%b-%Y')
        when regexp_full_match({{ text }}, '{{ year }}[-/](?:0?[1-9]|1[0-2])')
            then try_strptime(replace({{ text }}, '/', '-'), '%Y-%m')
        when regexp_full_match({{ text }}, '{{ year }}-[0-9]{2}-[0-9]{2}(?:[ T][0-9:.]+Z?)?')
            then date_trunc('month', try_strptime(left({{ text }}, 10), '%Y-%m-%d'))
        when regexp_full_match({{ text }}, '(?:0?[1-9]|1[0-2])[-/.]{{ year }}')
            then try_strptime(regexp_replace({{ text }}, '[-/.]', '-'), '%m-%Y')
        when regexp_full_match(
            {{ text }}, '(?i)(?:[0-3]?[0-9][-/ ])?{{ names }}[.]?[-/ ,]+{{ year }}|{{ year }}[-/ ]{{ names }}'
        ) then try_strptime(
            left(regexp_extract({{ text }}, '([A-Za-z]+)', 1), 3) || '-' || regexp_extract({{ text }}, '([0-9]{4})', 1),
            '%b-%Y'
        )
        when regexp_full_match({{ text }}, '(?i){{ names }}[.]?[-/ ]+[0-9]{2}|[0-9]{1,2}[-/ ]{{ names }}')
            then try_strptime(
                left(regexp_extract({{ text }}, '([A-Za-z]+)', 1), 3) || '-'
                || cast({{ short }} + case when 2000 + {{ short }} <= {{ latest }} then 2000 else 1900 end as varchar),
                '%b-%Y'
            )
    end as date)
{%- endmacro %}

{# The moment that a text names in a format as strptime takes it or, else, in `standard`; no year below 1000. #}
{% macro moment_of(text, format, standard) %}{{ return(adapter.dispatch('moment_of')(text, format, standard)) }}{% endmacro %}

{% macro duckdb__moment_of(text, format, standard) -%}
    {%- set formats = literal(format) if format == standard else '[' ~ literal(format) ~ ', ' ~ literal(standard) ~ ']' -%}
    {%- set moment = 'try_strptime(trim(' ~ text ~ '), ' ~ formats ~ ')' -%}
    case when {{ moment }} >= timestamp '1000-01-01' then cast({{ moment }} as timestamp) end
{%- endmacro %}

{# A date as text in a format as strftime takes it; `Mon-YYYY` without one. #}
{% macro date_text(date, format) %}{{ return(adapter.dispatch('date_text')(date, format)) }}{% endmacro %}

{% macro duckdb__date_text(date, format) -%}
    strftime({{ date }}, {{ literal(format or '%b-%Y') }})
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
