{#
    What rates of utility_target are taken by: var rates_by, each entry a list of one name or two; where it is null the
    conditions and all dates. An entry that names the target is left out. Names that are no compared category are dates, which count by quarter.
#}
{% macro rates_by() %}
    {% set entries = [] %}
    {% set target = (var('utility_target') or {}).get('variable') %}
    {% set given = var('rates_by', none) %}
    {% if given is none %}
        {% set dates = all_fields() | selectattr('kind', 'in', ['date', 'timestamp']) | map(attribute='name') | list %}
        {% set given = var('condition_on') + dates %}
    {% endif %}
    {% for entry in given %}
        {% set names = [entry] if entry is string else entry %}
        {% do entries.append(names) if target not in names %}
    {% endfor %}
    {{ return(entries if target else []) }}
{% endmacro %}

{# Dates among them. #}
{% macro rate_periods() %}
    {% set periods = [] %}
    {% for name in rates_by() | sum(start=[]) if name not in var('categorical_variables') and name not in periods %}
        {% do periods.append(name) %}
    {% endfor %}
    {{ return(periods) }}
{% endmacro %}

{# The quarter of a date as text, such as 2014-Q3. #}
{% macro quarter_sql(column) -%}
    cast(extract(year from {{ column }}) as varchar) || '-Q' || cast(extract(quarter from {{ column }}) as varchar)
{%- endmacro %}

{# Which rows of comparison_rates are rates of a compared category by itself: what the gate and the deviations rank. #}
{% macro is_rate_of_category() -%}
    {%- set names = [] %}
    {%- for name in var('categorical_variables') %}
    {%- do names.append(literal(name)) %}
    {%- endfor -%}
    measure like 'rate of %' and variable_2 is null and list_contains([{{ names | join(', ') }}], variable_1)
{%- endmacro %}
