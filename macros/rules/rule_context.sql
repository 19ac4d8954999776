{#
    Columns that a rule's condition may name besides the columns of the row: for each entry of the var rule_ranges
    <name>_low and <name>_high, for each entry of the var rule_patterns <name>. They come from the train rows
    (profiles.rule_ranges, profiles.rule_patterns) by the column that the entry calls `within`.
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
{% macro rows_with_rule_context(relation, ranges, patterns) %}
    select
        typed_rows.*
        {%- for name in var("rule_ranges") %},
        {{ name }}.low as {{ name }}_low,
        {{ name }}.high as {{ name }}_high
        {%- endfor %}
        {%- for name in var("rule_patterns") %},
        {{ name }}.pattern as {{ name }}
        {%- endfor %}
    from {{ relation }} as typed_rows
    {%- for name, entry in var("rule_ranges").items() %}
    left join {{ ranges }} as {{ name }}
        on {{ name }}.name = '{{ name }}' and {{ name }}.within_value = typed_rows.{{ entry.within }}
    {%- endfor %}
    {%- for name, entry in var("rule_patterns").items() %}
    left join {{ patterns }} as {{ name }}
        on {{ name }}.name = '{{ name }}' and {{ name }}.within_value = typed_rows.{{ entry.within }}
    {%- endfor %}
{% endmacro %}
