{# Tests of values: every row that fails is returned. #}

{% test expect_column_values_to_be_between(model, column_name, min_value=none, max_value=none, row_condition=none, strictly=false) %}
    {{ dbt_expectations._rows_that_fail(
        model, dbt_expectations._within(column_name, min_value, max_value, strictly), row_condition
    ) }}
{% endtest %}


{% test expect_column_values_to_be_in_set(model, column_name, value_set, quote_values=true, row_condition=none) %}
    {%- set members = [] -%}
    {%- for value in value_set -%}
        {%- do members.append("'" ~ (value | string | replace("'", "''")) ~ "'" if quote_values else value) -%}
    {%- endfor -%}
    {{ dbt_expectations._rows_that_fail(
        model, column_name ~ " in (" ~ members | join(", ") ~ ")", row_condition
    ) }}
{% endtest %}


{% test expect_column_values_to_match_regex(model, column_name, regex, row_condition=none, is_raw=false, flags="") %}
    {%- set pattern = "'" ~ (regex | replace("'", "''")) ~ "'" -%}
    {%- set options = ", '" ~ flags ~ "'" if flags else "" -%}
    {{ dbt_expectations._rows_that_fail(
        model, "regexp_matches(" ~ column_name ~ ", " ~ pattern ~ options ~ ")", row_condition
    ) }}
{% endtest %}


{% test expect_column_values_to_not_be_null(model, column_name, row_condition=none) %}
    {{ dbt_expectations._rows_that_fail(model, column_name ~ " is not null", row_condition) }}
{% endtest %}


{% test expect_column_pair_values_A_to_be_greater_than_B(model, column_A, column_B, or_equal=false, row_condition=none) %}
    {{ dbt_expectations._rows_that_fail(
        model, column_A ~ (" >= " if or_equal else " > ") ~ column_B, row_condition
    ) }}
{% endtest %}


{% test expression_is_true(model, expression, test_condition="= true", group_by_columns=none, row_condition=none) %}
    {%- if group_by_columns -%}
    with grouped as (
        select
            {{ group_by_columns | join(", ") }},
            {{ expression }} {{ test_condition }} as holds
        from {{ model }}
        {%- if row_condition %} where {{ row_condition }}{% endif %}
        group by {{ group_by_columns | join(", ") }}
    )

    select *
    from grouped
    where not holds
    {%- else -%}
    {{ dbt_expectations._rows_that_fail(model, "(" ~ expression ~ ") " ~ test_condition, row_condition) }}
    {%- endif -%}
{% endtest %}
