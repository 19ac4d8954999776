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
        case when try_cast(trim({{ text }}, ' %') as double) between -1e300 and 1e300 then try_cast(trim({{ text }}, ' %') as double) end
    {%- elif type == 'months' -%}
        try_cast({{ regex_group(text, '^\\s*([0-9]+)(?:\\.0)?\\s*(?:months)?\\s*$') }} as integer)
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
        (nullif(trim({{ text }}), '') is not null and try_cast(trim({{ text }}, ' %') as double) is null)
    {%- else -%}
        (nullif(trim({{ text }}), '') is not null and {{ clean(text, type) }} is null)
    {%- endif -%}
{%- endmacro %}

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
