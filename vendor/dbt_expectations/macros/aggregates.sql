{# Tests of one number about a table, or about each of its groups. #}

{% test expect_column_mean_to_be_between(model, column_name, min_value=none, max_value=none, group_by=none, row_condition=none, strictly=false) %}
    {{ dbt_expectations._groups_that_fail(
        model, "avg(" ~ column_name ~ ")", min_value, max_value, group_by, row_condition, strictly
    ) }}
{% endtest %}


{% test expect_column_stdev_to_be_between(model, column_name, min_value=none, max_value=none, group_by=none, row_condition=none, strictly=false) %}
    {{ dbt_expectations._groups_that_fail(
        model, "stddev(" ~ column_name ~ ")", min_value, max_value, group_by, row_condition, strictly
    ) }}
{% endtest %}


{% test expect_column_quantile_values_to_be_between(model, column_name, quantile, min_value=none, max_value=none, group_by=none, row_condition=none, strictly=false) %}
    {{ dbt_expectations._groups_that_fail(
        model, "quantile_cont(" ~ column_name ~ ", " ~ quantile ~ ")",
        min_value, max_value, group_by, row_condition, strictly
    ) }}
{% endtest %}


{% test expect_table_row_count_to_be_between(model, min_value=none, max_value=none, group_by=none, row_condition=none, strictly=false) %}
    {{ dbt_expectations._groups_that_fail(
        model, "count(*)", min_value, max_value, group_by, row_condition, strictly
    ) }}
{% endtest %}
