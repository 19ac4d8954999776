{#
    The formulas of seeds/formulas.csv as dicts in the order of the file: target, expression, decimals, rounding and
    tolerance as texts with {placeholders} replaced by vars, `columns` that the expression names, `unknown_var`, and
    `value`, the SQL of the target's value in a select from rows that have those columns.
    The file is read, not the seed's table, so that hooks and unit tests have the list too.
#}
{% macro formula_list() %}
    {% set formulas = [] %}
    {% if execute %}
        {% set columns = ["target", "expression", "decimals", "rounding", "tolerance"] %}
        {% set selected = columns | join(", '') , coalesce(") %}
        {% set file = "read_csv(" ~ literal(seed_path("formulas")) ~ ", all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"')" %}
        {% set types = {} %}
        {% for field in field_list() %}
            {% do types.update({field.name: field.type}) %}
        {% endfor %}
        {% for row in run_query("select coalesce(" ~ selected ~ ", '') from " ~ file).rows %}
            {% set unknown = [] %}
            {% set formula = {"target": row[0], "columns": columns_named_in(row[1])} %}
            {% for name in columns[1:] %}
                {% do formula.update({name: with_vars(row[loop.index], unknown)}) %}
            {% endfor %}
            {% do formula.update({"unknown_var": unknown[0] if unknown else ""}) %}
            {% do formula.update({"value": formula_value(formula, types.get(formula.target, "double"))}) %}
            {% do formulas.append(formula) %}
        {% endfor %}
    {% endif %}
    {{ return(formulas) }}
{% endmacro %}

{#
    The value of a formula, rounded as it says: nearest (half away from zero), up, down, or as it is. What is rounded
    is snapped to a millionth of its last decimal first, so that 0.5 stored as 0.49999999999 still counts as half.
#}
{% macro formula_value(formula, type) -%}
    {%- set digits = formula.decimals | int(0) -%}
    {%- set units = "(floor((" ~ formula.expression ~ ") * 1e" ~ (digits + 6) ~ " + 0.5) / 1e6)" -%}
    {%- set rounded = {"nearest": "round", "up": "ceil", "down": "floor"}.get(formula.rounding) -%}
    {%- set value = rounded ~ units ~ " / 1" ~ "0" * digits ~ ".0" if rounded else "(" ~ formula.expression ~ ")" -%}
    {{ return("cast(" ~ value ~ " as " ~ ("double" if type == "double" else type) ~ ")") }}
{%- endmacro %}

{# What `likeness_preflight` needs to say, before any model runs, whether each formula can be used. #}
{% macro formulas_request() %}
    {{ return({"formulas": formula_list(), "columns": rule_row_columns()}) }}
{% endmacro %}

{# The last columns of a synthetic row: the judge's score, and the value received for each formula's target. #}
{% macro score_and_generated(score, generated) -%}
    {{ score }}
    {%- for formula in formula_list() -%}
    , {{ generated(formula.target) }} as {{ column_sql(formula.target ~ '_generated') }}
    {%- endfor -%}
{%- endmacro %}

{# The column that holds a target's value as received. #}
{% macro generated_in_mart(target) -%}{{ column_sql(target ~ '_generated', 'typed') }}{%- endmacro %}

{% macro generated_as_received(target) -%}{{ column_sql(target, 'loans') }}{%- endmacro %}
