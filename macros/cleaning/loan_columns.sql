{#
    The cleaning rules, once: how each column of a loan file becomes a typed column. Staging of the
    source, staging of synthetic rows and the preflight all read them here.
#}
{% macro loan_columns() %}
    {{ return([
        {'name': 'loan_amnt', 'type': 'number'},
        {'name': 'term', 'type': 'months'},
        {'name': 'int_rate', 'type': 'number'},
        {'name': 'installment', 'type': 'number'},
        {'name': 'grade', 'type': 'text'},
        {'name': 'sub_grade', 'type': 'text'},
        {'name': 'emp_title', 'type': 'text'},
        {'name': 'emp_length', 'type': 'text'},
        {'name': 'home_ownership', 'type': 'text'},
        {'name': 'annual_inc', 'type': 'number'},
        {'name': 'verification_status', 'type': 'text'},
        {'name': 'issue_d', 'type': 'month'},
        {'name': 'loan_status', 'type': 'text'},
        {'name': 'purpose', 'type': 'text'},
        {'name': 'title', 'type': 'text'},
        {'name': 'dti', 'type': 'number'},
        {'name': 'earliest_cr_line', 'type': 'month'},
        {'name': 'open_acc', 'type': 'number'},
        {'name': 'pub_rec', 'type': 'number'},
        {'name': 'revol_bal', 'type': 'number'},
        {'name': 'revol_util', 'type': 'number'},
        {'name': 'total_acc', 'type': 'number'},
        {'name': 'initial_list_status', 'type': 'text'},
        {'name': 'application_type', 'type': 'text'},
        {'name': 'mort_acc', 'type': 'number'},
        {'name': 'pub_rec_bankruptcies', 'type': 'number'},
        {'name': 'address', 'type': 'text'},
    ]) }}
{% endmacro %}

{# `text` as its type; null where it cannot be read, and for NaN and infinity. #}
{% macro clean(text, type) -%}
    {%- if type == 'number' -%}
        case when {{ number_of(text) }} between -1e300 and 1e300 then {{ number_of(text) }} end
    {%- elif type == 'months' -%}
        try_cast({{ regex_group(text, '(?i)^\\s*([0-9]+)(?:[.]0+)?\\s*(?:months?|mths?|mos?[.]?|m)?\\s*$') }} as integer)
    {%- elif type == 'month' -%}
        {{ month_date('trim(' ~ text ~ ')') }}
    {%- else -%}
        nullif(trim({{ text }}), '')
    {%- endif -%}
{%- endmacro %}

{# True where `text` says something that cannot be read as its type. A NaN is a missing value. #}
{% macro unreadable(text, type) -%}
    {%- if type == 'text' -%}
        false
    {%- elif type == 'number' -%}
        (nullif(trim({{ text }}), '') is not null and {{ number_of(text) }} is null)
    {%- else -%}
        (nullif(trim({{ text }}), '') is not null and {{ clean(text, type) }} is null)
    {%- endif -%}
{%- endmacro %}

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

{#
    The columns of a source as `select * replace (...)` takes them: a missing marker is null, save in the columns of
    var markers_kept_in, and an address ends with the five digits of its zip code.
#}
{% macro stated_columns() -%}
    {%- set markers = [] -%}
    {%- for marker in var('missing_markers') -%}
        {%- do markers.append("'" ~ (marker | trim | lower | replace("'", "''")) ~ "'") -%}
    {%- endfor -%}
    {%- set longest = (var('missing_markers') | map('trim') | map('length') | max) if markers else 0 -%}
    {%- for column in loan_columns() %}
    {%- set text = "regexp_replace(address, '([0-9]{5})-[0-9]{4}\\s*$', '\\1')" if column.name == 'address' else column.name -%}
    {%- if column.name in var('markers_kept_in') or not markers %}
    {{ text }} as {{ column.name }}
    {%- else %}
    case
        when length(trim({{ column.name }})) <= {{ longest }} and lower(trim({{ column.name }})) in ({{ markers | join(', ') }})
            then null
        else {{ text }}
    end as {{ column.name }}
    {%- endif -%}
    {{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#
    Why a row of stated texts cannot be used, in the order in which reasons are given: a list of `name` (the column),
    `reason` and `when` (SQL). Required fields that are missing come after them.
#}
{% macro row_reasons(relation) %}
    {% set reasons = [] %}
    {% for column in loan_columns() if column.type != 'text' %}
        {% set text = relation ~ '.' ~ column.name %}
        {% do reasons.append({
            'name': column.name,
            'reason': column.name ~ ' cannot be read',
            'when': unreadable(text, column.type) | trim,
        }) %}
    {% endfor %}
    {% for column in loan_columns() if column.name in var('plausible_bounds') %}
        {% set bounds = var('plausible_bounds')[column.name] %}
        {% set value = clean(relation ~ '.' ~ column.name, column.type) %}
        {% do reasons.append({
            'name': column.name,
            'reason': column.name ~ ' is out of bounds',
            'when': value ~ ' not between ' ~ bounds[0] ~ ' and ' ~ bounds[1],
        }) %}
    {% endfor %}
    {% for part, text in [('zip code', zip_code_of(relation ~ '.address')), ('state', state_of(relation ~ '.address'))] %}
        {% do reasons.append({
            'name': 'address', 'reason': 'address has no ' ~ part, 'when': (text | trim) ~ ' is null'
        }) %}
    {% endfor %}
    {{ return(reasons) }}
{% endmacro %}

{% macro zip_code_of(address) -%}
    {{ regex_group(address, '([0-9]{5})\\s*$') }}
{%- endmacro %}

{% macro state_of(address) -%}
    {{ regex_group(address, '([A-Z]{2})\\s+[0-9]{5}\\s*$') }}
{%- endmacro %}

{# The select list of every typed loan table, from a relation of texts named as the source. #}
{% macro typed_loan_columns(relation) %}
    {%- for column in loan_columns() %}
    {{ clean(relation ~ '.' ~ column.name, column.type) }} as {{ column.name }},
    {%- endfor %}
    {{ zip_code_of(relation ~ '.address') }} as zip_code,
    {{ state_of(relation ~ '.address') }} as state,
    cast(extract(year from {{ clean(relation ~ '.issue_d', 'month') }}) as integer) as issue_year,
    cast(extract(year from {{ clean(relation ~ '.earliest_cr_line', 'month') }}) as integer) as earliest_cr_line_year
{%- endmacro %}

{# The typed value of a column of staging.stg_loans, derived ones included, from a relation of texts. #}
{% macro typed_value(name, relation) -%}
    {%- if name == 'zip_code' -%}
        {{ zip_code_of(relation ~ '.address') }}
    {%- elif name == 'state' -%}
        {{ state_of(relation ~ '.address') }}
    {%- elif name in ('issue_year', 'earliest_cr_line_year') -%}
        {%- set date = 'issue_d' if name == 'issue_year' else 'earliest_cr_line' -%}
        cast(extract(year from {{ clean(relation ~ '.' ~ date, 'month') }}) as integer)
    {%- else -%}
        {%- set column = loan_columns() | selectattr('name', 'equalto', name) | first -%}
        {{ clean(relation ~ '.' ~ name, column.type if column else 'text') }}
    {%- endif -%}
{%- endmacro %}
