{#
    The columns of a source as `select * replace (...)` takes them: a missing marker is null, save in the columns of
    var markers_kept_in, and a text that ends with a zip code ends with its five digits. Markers are an expression to
    match: DuckDB turns a long `in (...)` into a join, one for each column.
#}
{% macro stated_columns() -%}
    {%- set markers = [] -%}
    {%- for marker in var('missing_markers') -%}
        {%- do markers.append(modules.re.escape(marker | trim | lower)) -%}
    {%- endfor -%}
    {%- set longest = (var('missing_markers') | map('trim') | map('length') | max) if markers else 0 -%}
    {%- for field in field_list() %}
    {%- set column = column_sql(field.name) -%}
    {%- set text = "regexp_replace(" ~ column ~ ", '([0-9]{5})-[0-9]{4}\\s*$', '\\1')" if 'zip_code' in field.format else column -%}
    {%- if field.name in var('markers_kept_in') or not markers %}
    {{ text }} as {{ column }}
    {%- else %}
    case
        when length(trim({{ column }})) <= {{ longest }} and regexp_full_match(lower(trim({{ column }})), {{ literal(markers | join('|')) }})
            then null
        else {{ text }}
    end as {{ column }}
    {%- endif -%}
    {{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# A relation of source texts in which missing markers are null. #}
{% macro stated_rows(relation) -%}
    (select * replace ({{ stated_columns() }}) from {{ relation }})
{%- endmacro %}

{#
    Why a field of stated texts cannot be used, in the order in which reasons are given: a list of `name` (the column),
    `reason` and `when` (SQL). Parts that a text lacks and required fields that are missing come after them.
#}
{% macro field_reasons(relation) %}
    {{ return(unreadable_reasons(relation) + implausible_reasons(relation)) }}
{% endmacro %}

{% macro unreadable_reasons(relation) %}
    {% set reasons = [] %}
    {% for field in field_list() if field.reader != 'text' %}
        {% do reasons.append({
            'name': field.name,
            'reason': field.name ~ ' cannot be read',
            'when': unreadable(column_sql(field.name, relation), field) | trim,
        }) %}
    {% endfor %}
    {{ return(reasons) }}
{% endmacro %}

{# Values outside var plausible_bounds, of stated texts or, without `relation`, of typed columns. #}
{% macro implausible_reasons(relation=none) %}
    {% set reasons = [] %}
    {% for field in field_list() if field.name in var('plausible_bounds') %}
        {% set bounds = var('plausible_bounds')[field.name] %}
        {% set value = clean(column_sql(field.name, relation), field) | trim if relation else column_sql(field.name) %}
        {% do reasons.append({
            'name': field.name,
            'reason': field.name ~ ' is out of bounds',
            'when': value ~ ' not between ' ~ bounds[0] ~ ' and ' ~ bounds[1],
        }) %}
    {% endfor %}
    {{ return(reasons) }}
{% endmacro %}

{# The reasons of a row of stated texts without the parts that it must have, such as an address without a zip code. #}
{% macro part_reasons() %}
    {% set reasons = [] %}
    {% for field in field_list() %}
        {% for part in derived_fields() if not part.nullable and part.name in format_parts([field]) %}
            {% do reasons.append({
                'name': field.name,
                'reason': field.name ~ ' has no ' ~ (part.name | replace('_', ' ')),
                'when': '(' ~ part.expression ~ ') is null',
            }) %}
        {% endfor %}
    {% endfor %}
    {{ return(reasons) }}
{% endmacro %}
