{#
    Columns that a rule's condition may name besides the columns of the row: for each entry of the var rule_ranges
    <name>_low and <name>_high, for each entry of the var rule_patterns <name>. They come from the train rows
    (profiles.rule_context) by the column that the entry calls `within`.
#}
{% macro rule_context_columns() %}
    {% set columns = [] %}
    {% for name, entry in var("rule_ranges").items() %}
        {% do columns.append({"name": name ~ "_low", "type": "double", "within": entry.within}) %}
        {% do columns.append({"name": name ~ "_high", "type": "double", "within": entry.within}) %}
    {% endfor %}
    {% for name, entry in var("rule_patterns").items() %}
        {% do columns.append({"name": name, "type": "varchar", "within": entry.within}) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}


{# The rows of `relation` (typed as stg_loans) with the context columns beside them. #}
{% macro rows_with_rule_context(relation, context) %}
    select
        typed_rows.*
        {%- for name in var("rule_ranges") %},
        {{ column_sql("low", column_sql(name)) }} as {{ column_sql(name ~ "_low") }},
        {{ column_sql("high", column_sql(name)) }} as {{ column_sql(name ~ "_high") }}
        {%- endfor %}
        {%- for name in var("rule_patterns") %},
        {{ column_sql("pattern", column_sql(name)) }} as {{ column_sql(name) }}
        {%- endfor %}
    from {{ relation }} as typed_rows
    {%- for name, entry in var("rule_ranges").items() %}
    left join {{ context }} as {{ column_sql(name) }}
        on
            {{ column_sql("name", column_sql(name)) }} = {{ literal(name) }}
            and {{ column_sql("within_value", column_sql(name)) }} = cast({{ column_sql(entry.within, "typed_rows") }} as varchar)
    {%- endfor %}
    {%- for name, entry in var("rule_patterns").items() %}
    left join {{ context }} as {{ column_sql(name) }}
        on
            {{ column_sql("name", column_sql(name)) }} = {{ literal(name) }}
            and {{ column_sql("within_value", column_sql(name)) }} = cast({{ column_sql(entry.within, "typed_rows") }} as varchar)
    {%- endfor %}
{% endmacro %}
