{#
    The table that var source_relation names, as SQL, or none where the source is a file. `ref` and `source` make what
    they name a parent of the model that asks: one `dbt build` makes it first.
#}
{% macro source_relation() %}
    {% set named = named_source() %}
    {% if not named %}
        {{ return(none) }}
    {% elif named.spark %}
        {{ return('"likeness_spark"."source"') }}
    {% elif named.ref %}
        {{ return(ref(*([named.ref] if named.ref is string else named.ref))) }}
    {% elif named.source %}
        {{ return(source(*named.source)) }}
    {% endif %}
    {{ return(attached_table(named.table)) }}
{% endmacro %}

{# The same for hooks, in which dbt allows no `ref`. #}
{% macro source_relation_in_hook() %}
    {% set named = named_source() or {} %}
    {% set node = source_node() %}
    {% if named.spark %}
        {{ return(source_relation()) }}
    {% elif named.attach %}
        {{ return(attached_table(named.table)) }}
    {% elif node is none %}
        {{ return(none) }}
    {% elif node.resource_type == 'source' and node.meta.external_location %}
        {% set place = node.meta.external_location.format(name=node.name, identifier=node.identifier) %}
        {{ return(place if '(' in place else literal(place)) }}
    {% endif %}
    {{ return(node.relation_name) }}
{% endmacro %}

{# A table (schema.name) of the attached database. #}
{% macro attached_table(name) %}
    {% set parts = ['likeness_source'] %}
    {% for part in (name | string).split('.') %}
        {% do parts.append(column_sql(part)) %}
    {% endfor %}
    {{ return(parts | join('.')) }}
{% endmacro %}

{# What the source is called in lines and sentences: the file's path, or how the table is named. #}
{% macro source_name() %}
    {% set named = named_source() %}
    {% if not named %}
        {{ return(loans_path()) }}
    {% elif named.spark %}
        {{ return(named.spark) }}
    {% elif named.ref %}
        {{ return("ref('" ~ ([named.ref] if named.ref is string else named.ref) | join("', '") ~ "')") }}
    {% elif named.source %}
        {{ return("source('" ~ named.source | join("', '") ~ "')") }}
    {% endif %}
    {{ return(named.table ~ ' of ' ~ (named.attach | string).split('/')[-1]) }}
{% endmacro %}

{# The node of the graph that var source_relation names, or none. #}
{% macro source_node() %}
    {% set named = named_source() or {} %}
    {% set wanted = [named.ref] if named.ref is string else (named.ref or named.source or []) %}
    {% if named.source %}
        {% for node in graph.sources.values() if [node.source_name, node.name] == wanted %}
            {{ return(node) }}
        {% endfor %}
    {% elif named.ref %}
        {% set found = [] %}
        {% for node in graph.nodes.values() if node.resource_type in ('model', 'seed', 'snapshot') and node.name == wanted[-1] %}
            {% do found.append(node) if wanted | length == 1 or node.package_name == wanted[0] %}
        {% endfor %}
        {% set own = found | selectattr('package_name', 'equalto', project_name) | list %}
        {{ return((own + found) | first if found else none) }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}

{# Whether this run makes the table that is the source before raw.loans reads it: until then nothing is known of it. #}
{% macro source_is_made_now() %}
    {% set node = source_node() %}
    {{ return(node is not none and node.unique_id in selected_resources and 'model.likeness.loans' in selected_resources) }}
{% endmacro %}

{# Before anything else reads it: can there be such a table, and is the database that holds it attached? #}
{% macro check_relation() %}
    {% do check_named_source() %}
    {% set named = named_source() %}
    {% if named and not named.spark %}
        {% set forms = 'must be {ref: model}, {source: [name, table]} or {attach: other.duckdb, table: main.loans}.' %}
        {% set keys = named.keys() | sort | list if named is mapping else [] %}
        {% set is_pair = keys != ['source'] or (named.source is not string and named.source | length == 2) %}
        {% if keys not in (['ref'], ['source'], ['attach', 'table']) or not is_pair %}
            {% do stop_if('var source_relation is ' ~ named ~ ': it ' ~ forms) %}
        {% endif %}
        {% set node = source_node() %}
        {% if node and node.config.materialized == 'ephemeral' %}
            {% do stop_if('var source_relation names ' ~ node.name ~ ', which is ephemeral and so no table: materialize it as view or table.') %}
        {% endif %}
        {% if named.attach %}
            {% do attach_source(named.attach | string) %}
        {% endif %}
    {% endif %}
{% endmacro %}

{# Attaches, read-only, a DuckDB file or a Postgres database (`postgres:dbname=...`) as likeness_source. #}
{% macro attach_source(path) %}
    {% if path.startswith('postgres:') or path.startswith('postgresql:') %}
        {% if modules.re.search('(?i)password\\s*=|://[^/@]*:[^/@]*@', path) %}
            {% do stop_if("var source_relation holds a password: leave it out, and set PGPASSWORD in the environment or write it into ~/.pgpass.") %}
        {% endif %}
        {% set installed = "select count(*) from duckdb_extensions() where extension_name = 'postgres_scanner' and installed" %}
        {% if not run_query(installed).rows[0][0] %}
            {% do stop_if("var source_relation names a Postgres database, and DuckDB's extension postgres is not installed here: run `install postgres` in DuckDB once, where extensions can be reached.") %}
        {% endif %}
        {% do run_query('load postgres') %}
        {# `postgres:` before anything but a URI is DuckDB's own; Postgres' library does not know it. #}
        {% set server = path if path.split(':')[1][:2] == '//' else path.split(':', 1)[1] %}
        {% do run_query('attach if not exists ' ~ literal(server) ~ ' as likeness_source (type postgres, read_only)') %}
    {% else %}
        {% if not run_query('select count(*) from glob(' ~ literal(path) ~ ')').rows[0][0] %}
            {% do stop_if('var source_relation attaches ' ~ path ~ ': there is no such file.') %}
        {% endif %}
        {% do run_query('attach if not exists ' ~ literal(path) ~ ' as likeness_source (read_only)') %}
    {% endif %}
{% endmacro %}

{# A query for one text that names the rows of a relation, whatever their order; the fields are its columns. #}
{% macro rows_digest(relation) -%}
    select
        'rows:' || count(*) || '-' || coalesce(sum(md5_number_lower(
            {%- for field in field_list() %}
            coalesce(cast({{ column_sql(field.name) }} as varchar), chr(1)){{ " || chr(31) ||" if not loop.last }}
            {%- endfor %}
        )), 0)
    from {{ relation }}
{%- endmacro %}
