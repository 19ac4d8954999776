{# Tests of keys, columns and types. #}

{% test expect_column_values_to_be_unique(model, column_name, row_condition=none) %}
    {{ dbt_expectations.test_expect_compound_columns_to_be_unique(model, [column_name], row_condition=row_condition) }}
{% endtest %}


{% test expect_compound_columns_to_be_unique(model, column_list, quote_columns=false, ignore_row_if="all_values_are_missing", row_condition=none) %}
    {%- if ignore_row_if not in ["all_values_are_missing", "any_value_is_missing"] -%}
        {{ exceptions.raise_compiler_error(
            "ignore_row_if is all_values_are_missing or any_value_is_missing, not " ~ ignore_row_if ~ "."
        ) }}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for name in column_list -%}
        {%- do columns.append(adapter.quote(name) if quote_columns else name) -%}
    {%- endfor -%}
    {%- set joiner = " is null and " if ignore_row_if == "all_values_are_missing" else " is null or " -%}

    select
        {{ columns | join(", ") }},
        count(*) as n_records
    from {{ model }}
    where not ({{ columns | join(joiner) }} is null)
    {%- if row_condition %} and ({{ row_condition }}){% endif %}
    group by {{ columns | join(", ") }}
    having count(*) > 1
{% endtest %}


{% test expect_table_columns_to_match_ordered_list(model, column_list, transform="upper") %}
    {%- set found = [] -%}
    {%- set wanted = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(model) -%}
            {%- do found.append(dbt_expectations._cased(column.name, transform)) -%}
        {%- endfor -%}
        {%- for name in column_list -%}
            {%- do wanted.append(dbt_expectations._cased(name, transform)) -%}
        {%- endfor -%}
    {%- endif -%}

    with differences as (
        select
            null::integer as position,
            null::varchar as wanted,
            null::varchar as found
        where false
        {% for i in range([found | length, wanted | length] | max) if found[i] != wanted[i] -%}
        union all
        select {{ i + 1 }}, '{{ wanted[i] }}', '{{ found[i] }}'
        {% endfor %}
    )

    select *
    from differences
{% endtest %}


{% macro _cased(name, transform) -%}
    {%- if transform == "upper" -%}{{ return(name | upper) }}
    {%- elif transform == "lower" -%}{{ return(name | lower) }}
    {%- else -%}{{ return(name) }}
    {%- endif -%}
{%- endmacro %}


{% test expect_column_values_to_be_of_type(model, column_name, column_type) %}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(model) if column.name | lower == column_name | lower -%}
            {%- do found.append(column.data_type | upper) -%}
        {%- endfor -%}
    {%- endif -%}

    select
        '{{ column_type | upper }}' as wanted,
        '{{ found[0] if found else "no such column" }}' as found
    where '{{ found[0] if found }}' <> '{{ column_type | upper }}'
{% endtest %}
