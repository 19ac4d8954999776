{# The rows that are compared, as a query: `source`, `row_id`, the compared variables and the `quarters` of dates. #}
{% macro compared_loans(quarters=[], features={}) -%}
    {%- set columns = var('continuous_variables') + var('categorical_variables') -%}
    {%- for split in ('train', 'holdout') %}
    select
        '{{ split }}' as source,
        loan_id as row_id
        {%- for column in columns %},
        {{ column_sql(column) }}
        {%- endfor %}
        {%- for column in quarters %},
        {{ quarter_sql(column_sql(column)) }} as {{ column_sql(column) }}
        {%- endfor %}
        {%- for name, feature in features.items() %},
        {{ feature }} as {{ column_sql(name) }}
        {%- endfor %}
    from ({{ loans_of(split) }}) as {{ split }}_loans
    union all
    {%- endfor %}
    select
        'synthetic',
        synthetic_id
        {%- for column in columns %},
        {{ column_sql(column) }}
        {%- endfor %}
        {%- for column in quarters %},
        {{ quarter_sql(column_sql(column)) }}
        {%- endfor %}
        {%- for feature in features.values() %},
        {{ feature }}
        {%- endfor %}
    from {{ ref('likeness', 'synthetic_loans_typed') }}
{%- endmacro %}
