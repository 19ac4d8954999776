{# The field list (seeds/fields.csv) as dicts, in source order, with escapes in `format` decoded. #}
{% macro field_list() %}
    {% set fields = [] %}
    {% if execute %}
        {% set selected = "name, kind, type, coalesce(roles, ''), nullable, cast(decimals as varchar), coalesce(format, ''), cast(max_length as varchar), coalesce(allowed_values, '')" %}
        {% for row in run_query("select " ~ selected ~ " from " ~ ref("fields") ~ " order by position").rows %}
            {% do fields.append({
                "name": row[0],
                "kind": row[1],
                "type": row[2],
                "roles": row[3].split(";"),
                "nullable": row[4],
                "decimals": row[5],
                "format": row[6] | replace("\\r", "\r") | replace("\\n", "\n"),
                "max_length": row[7],
                "allowed_values": row[8].split("|") if row[8] else [],
            }) %}
        {% endfor %}
    {% endif %}
    {{ return(fields) }}
{% endmacro %}


{# The fields by name, each with the `reader` type that the cleaning macros know it by. #}
{% macro fields_to_read() %}
    {% set readers = {} %}
    {% for column in loan_columns() %}
        {% do readers.update({column.name: column.type}) %}
    {% endfor %}
    {% set fields = [] %}
    {% for field in field_list() %}
        {% do fields.append(dict(field, reader=readers[field.name])) %}
    {% endfor %}
    {{ return(fields) }}
{% endmacro %}
