{#
    The columns of the table as dicts, in the order of seeds/fields.csv, with escapes in `format` decoded. `field_list`
    are those of the source file, `derived_fields` those that staging adds by an `expression` over the typed ones.
    The file is read, not the seed's table, so that hooks and unit tests have the list too.
#}
{% macro field_list() %}
    {{ return(all_fields() | rejectattr("expression") | list) }}
{% endmacro %}

{% macro derived_fields() %}
    {{ return(all_fields() | selectattr("expression") | list) }}
{% endmacro %}

{# They are read once for a run and kept beside dbt's graph, the one thing that all its nodes share. #}
{% macro all_fields() %}
    {% if execute and not graph.likeness_fields %}
        {% do graph.update({"likeness_fields": fields_of_file()}) %}
    {% endif %}
    {{ return(graph.likeness_fields if execute else []) }}
{% endmacro %}

{% macro fields_of_file() %}
    {% set fields = [] %}
    {% set columns = ["name", "kind", "type", "reader", "roles", "nullable", "decimals", "format", "max_length", "allowed_values", "expression", "description"] %}
    {% set selected = columns | join(", '') , coalesce(") %}
    {% set file = "read_csv(" ~ literal(seed_path("fields")) ~ ", all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"')" %}
    {% for row in run_query("select coalesce(" ~ selected ~ ", '') from " ~ file ~ " order by cast(position as integer)").rows %}
        {% set field = dict(zip(columns, row)) %}
        {% do field.update({
            "roles": field.roles.split(";"),
            "nullable": field.nullable | lower == "true",
            "format": field.format | replace("\\r", "\r") | replace("\\n", "\n"),
            "allowed_values": (field.allowed_values.split("|") if field.allowed_values else []) + var("extend_domains").get(field.name, []),
        }) %}
        {% do fields.append(field) %}
    {% endfor %}
    {{ return(fields) }}
{% endmacro %}

{# Names of the derived fields that composed fields are made of, such as state and zip_code of an address. #}
{% macro part_fields() %}
    {{ return(derived_fields() | selectattr("name", "in", format_parts(field_list())) | list) }}
{% endmacro %}

{# Those of them whose whole domain is listed: their shares are those of all rows, whatever the cluster. #}
{% macro listed_parts() %}
    {{ return(part_fields() | selectattr("allowed_values") | map(attribute="name") | list) }}
{% endmacro %}

{# Where the file of a seed lies; a project that uses Likeness may have a seed of the same name in its place, or the table a folder. Unit tests see no graph. #}
{% macro seed_path(name) %}
    {% if table_dir() and name in ["fields", "business_rules", "formulas"] %}
        {{ return(table_dir() ~ "/" ~ name ~ ".csv") }}
    {% endif %}
    {% if "nodes" not in graph %}
        {{ return("seeds/" ~ name ~ ".csv") }}
    {% endif %}
    {% set seeds = graph.nodes.values() | selectattr("resource_type", "equalto", "seed") | selectattr("name", "equalto", name) | list %}
    {% set own = seeds | rejectattr("package_name", "equalto", "likeness") | list %}
    {% set seed = (own + seeds) | first %}
    {{ return(seed.root_path ~ "/" ~ seed.original_file_path) }}
{% endmacro %}
