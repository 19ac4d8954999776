{# Columns of a typed loan row that a rule may name, with their SQL types. #}
{% macro rule_row_columns() %}
    {% set fields = field_list() %}
    {% set columns = [] %}
    {% for field in fields + (derived_fields() | selectattr("name", "in", format_parts(fields)) | list) %}
        {% do columns.append({"name": field.name, "type": "varchar" if field.type == "text" else field.type}) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}


{#
    The rules of `relation` (columns of seeds/business_rules.csv) with {placeholders} replaced by vars, and for each
    rule the columns its condition names. A placeholder that is no var stays in `unknown_var`.
#}
{% macro business_rules(relation) %}
    {% set rules = [] %}
    {% if execute %}
        {% set selected = "id, category, condition, sentence, penalty, enforced" %}
        {% for row in run_query("select " ~ selected ~ " from " ~ relation ~ " order by id").rows %}
            {% set unknown = [] %}
            {% do rules.append({
                "id": row[0],
                "category": row[1],
                "condition": with_vars(row[2], unknown),
                "sentence": with_vars(row[3], unknown),
                "penalty": row[4],
                "enforced": row[5],
                "columns": columns_named_in(row[2]),
                "unknown_var": unknown[0] if unknown else "",
            }) %}
        {% endfor %}
    {% endif %}
    {{ return(rules) }}
{% endmacro %}


{# `text` with each {name} replaced by the var of that name; names that are no var are appended to `unknown`. #}
{% macro with_vars(text, unknown) %}
    {% set replaced = namespace(text=text or "") %}
    {% for name in modules.re.findall("[{]([A-Za-z_][A-Za-z0-9_]*)[}]", replaced.text) %}
        {% set value = var(name, none) %}
        {% if value is none %}
            {% do unknown.append(name) %}
        {% endif %}
        {% set replaced.text = replaced.text | replace("{" ~ name ~ "}", value | string) %}
    {% endfor %}
    {{ return(replaced.text) }}
{% endmacro %}


{#
    Columns of the row that a condition depends on, in source order: the identifiers outside of its string literals,
    quoted or not, that are columns, and for a context column the column it is looked up by.
#}
{% macro columns_named_in(condition) %}
    {% set without_literals = modules.re.sub("'[^']*'", "''", condition or "") | lower %}
    {% set quoted = modules.re.findall('"((?:[^"]|"")*)"', without_literals) %}
    {% set words = modules.re.findall("\\w+", modules.re.sub('"(?:[^"]|"")*"', " ", without_literals)) %}
    {% set identifiers = words + (quoted | map("replace", '""', '"') | list) %}
    {% set named = [] %}
    {% for column in rule_row_columns() %}
        {% set reached = namespace(yes=column.name | lower in identifiers) %}
        {% for context in rule_context_columns() if context.within == column.name and context.name | lower in identifiers %}
            {% set reached.yes = true %}
        {% endfor %}
        {% if reached.yes %}
            {% do named.append(column.name) %}
        {% endif %}
    {% endfor %}
    {{ return(named) }}
{% endmacro %}


{# What `likeness_preflight` needs to say, before any model runs, whether each rule of the seed file can be used. #}
{% macro rules_request() %}
    {% set file = "(select * from read_csv(" ~ literal(seed_path("business_rules")) ~ ", all_varchar = true, header = true))" %}
    {{ return({
        "rules": business_rules(file),
        "columns": rule_row_columns() + rule_context_columns(),
    }) }}
{% endmacro %}


{# The rules of profiles.source_rules as dicts: rule_id, condition, penalty, is_enforced. #}
{% macro source_rules() %}
    {% set rules = [] %}
    {% if execute %}
        {% set selected = "rule_id, condition, penalty, is_enforced" %}
        {% for row in run_query("select " ~ selected ~ " from " ~ ref("likeness", "source_rules") ~ " order by rule_id").rows %}
            {% do rules.append({"rule_id": row[0], "condition": row[1], "penalty": row[2], "is_enforced": row[3]}) %}
        {% endfor %}
    {% endif %}
    {{ return(rules) }}
{% endmacro %}
