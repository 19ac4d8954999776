{#
    What can be wrong with one field of a received row, as a list of dicts: `finding`, `when` (SQL over `responses`,
    the texts received; `typed`, the same row typed; `plan`, the row's seed) and `rejects`: false where the mart
    rewrites the value anyway, so that nothing wrong is left. Decimals beyond the digits of a double are none.
#}
{% macro format_checks(field) %}
    {%- set text = column_sql(field.name, "responses") -%}
    {%- set value = column_sql(field.name, "typed") -%}
    {%- set is_formula = "formula" in field.roles -%}
    {%- set is_missing = "list_contains(responses.missing_names, " ~ literal(field.name) ~ ")" -%}
    {%- set cannot_be_read = was_unreadable(text, value, field) -%}
    {%- set checks = [{"finding": "missing field", "when": is_missing, "rejects": true}] -%}
    {%- if cannot_be_read != "false" -%}
        {%- do checks.append({
            "finding": "cannot be read",
            "when": cannot_be_read,
            "rejects": not is_formula,
        }) -%}
    {%- endif -%}
    {%- if not field.nullable -%}
        {%- do checks.append({
            "finding": "is empty",
            "when": value ~ " is null and not " ~ is_missing ~ (" and not " ~ cannot_be_read if cannot_be_read != "false" else ""),
            "rejects": not is_formula,
        }) -%}
    {%- endif -%}
    {%- if field.decimals -%}
        {%- do checks.append({
            "finding": "too many decimals",
            "when": "abs(" ~ value ~ " - round(" ~ value ~ ", " ~ field.decimals ~ ")) > 4e-15 * abs(" ~ value ~ ")",
            "rejects": not is_formula,
        }) -%}
    {%- endif -%}
    {%- if field.allowed_values -%}
        {%- set allowed = [] -%}
        {%- for text in field.allowed_values -%}
            {%- do allowed.append(literal(text)) -%}
        {%- endfor -%}
        {%- do checks.append({
            "finding": "not an allowed value",
            "when": "cast(" ~ value ~ " as varchar) not in (" ~ allowed | join(", ") ~ ")",
            "rejects": true,
        }) -%}
    {%- endif -%}
    {%- if field.reader in ["month", "months", "date", "timestamp"] -%}
        {%- do checks.append({
            "finding": "not in its format",
            "when": text ~ " <> " ~ source_text(value, field),
            "rejects": false,
        }) -%}
    {%- endif -%}
    {%- if field.reader == "text" -%}
        {%- if field.max_length -%}
            {%- do checks.append({
                "finding": "too long",
                "when": "length(" ~ value ~ ") > " ~ field.max_length,
                "rejects": true,
            }) -%}
        {%- endif -%}
        {#- A category of the domain, or drawn by the engine, is the source's own, whatever it holds. -#}
        {%- set is_own = field.allowed_values or (field.kind in ["categorical", "boolean", "constant"] and var("generator") == "offline") -%}
        {%- if not is_own -%}
        {%- do checks.append({
            "finding": "control character",
            "when": has_control_character(without_line_break(value) if has_line_break(field) else value),
            "rejects": true,
        }) -%}
        {%- endif -%}
        {%- if has_line_break(field) -%}
            {%- do checks.append({
                "finding": "no line break",
                "when": value ~ " = " ~ without_line_break(value),
                "rejects": true,
            }) -%}
            {%- do checks.append({
                "finding": "not in its format",
                "when": value ~ " <> " ~ source_text(value, field) ,
                "rejects": false,
            }) -%}
        {%- endif -%}
        {%- set ending = given_ending(field) -%}
        {%- if ending.parts -%}
            {%- do checks.append({
                "finding": "does not end as its seed says",
                "when": value ~ " not like '% ' || " ~ ending.of_plan,
                "rejects": true,
            }) -%}
            {%- do checks.append({
                "finding": "does not end with " ~ ending.parts | join(" and "),
                "when": ending.of_plan ~ " is null and " ~ ending.of_row ~ " is null and " ~ value ~ " is not null",
                "rejects": true,
            }) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(checks) }}
{% endmacro %}


{#
    The end of a field's format, such as `{state} {zip_code}` of an address: `parts`, and the SQL text it must be by the
    seed (`of_plan`) and is in the typed row (`of_row`). A seed fixes all parts for a language model, but only segment
    keys for the offline engine, which draws the others for each row.
#}
{% macro given_ending(field) %}
    {% set parts = [] %}
    {% for name in modules.re.findall("[{]([^{}]+)[}]", field.format) if name in var("categorical_variables") %}
        {% do parts.append(name) %}
    {% endfor %}
    {% set sides = {"parts": parts} %}
    {% for side, relation in [("of_plan", "plan"), ("of_row", "typed")] %}
        {% set columns = [] %}
        {% for name in parts %}
            {% set is_drawn = var("generator") == "offline" and name not in var("segment_keys") %}
            {% do columns.append(column_sql(name, "typed" if is_drawn else relation)) %}
        {% endfor %}
        {% do sides.update({side: "(" ~ columns | join(" || ' ' || ") ~ ")"}) %}
    {% endfor %}
    {{ return(sides) }}
{% endmacro %}


{# `value`, typed, as the source prints it; numbers stay numbers. #}
{% macro source_text(value, field) -%}
    {%- if field.reader in ["month", "date", "timestamp"] -%}
        {{ date_text(value, date_format(field)) }}
    {%- elif field.reader == "months" -%}
        replace({{ literal(field.format) }}, '{}', cast({{ value }} as varchar))
    {%- elif has_line_break(field) -%}
        regexp_replace({{ value }}, '\r\n|\r|\n', chr(13) || chr(10))
    {%- else -%}
        {{ value }}
    {%- endif -%}
{%- endmacro %}


{# Names of the parts that composed fields are made of. #}
{% macro format_parts(fields) %}
    {{ return(modules.re.findall("[{]([^{}]+)[}]", fields | map(attribute="format") | join(" "))) }}
{% endmacro %}

{% macro has_line_break(field) %}{{ return("\n" in field.format) }}{% endmacro %}

{% macro without_line_break(text) -%}
    regexp_replace({{ text }}, '\r\n|\r|\n', '')
{%- endmacro %}

{% macro has_control_character(text) -%}
    regexp_matches({{ text }}, '\p{Cc}')
{%- endmacro %}
