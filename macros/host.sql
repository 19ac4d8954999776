{#
    Whether this run makes or tests anything of Likeness. Hooks of a package run with every command of the project that
    has it; where only that project's own models are built, they do nothing.
#}
{% macro runs_likeness() %}
    {% if not execute %}
        {{ return(false) }}
    {% endif %}
    {% for unique_id in selected_resources if unique_id.split('.')[1] == 'likeness' %}
        {{ return(true) }}
    {% endfor %}
    {{ return(false) }}
{% endmacro %}

{# Whether a node is one of Likeness, or reads one, as a test of another project may. #}
{% macro concerns_likeness(node) %}
    {% if node.package_name == 'likeness' %}
        {{ return(true) }}
    {% endif %}
    {% for unique_id in node.depends_on.nodes | default([], true) if unique_id.split('.')[1] == 'likeness' %}
        {{ return(true) }}
    {% endfor %}
    {{ return(false) }}
{% endmacro %}

{# Before anything else: is this a DuckDB with Likeness's plugin, and do its schemas have names of their own? #}
{% macro check_host() %}
    {% if runs_likeness() and flags.WHICH in ('build', 'run', 'test') %}
        {% set output = 'profiles.yml, profile ' ~ target.profile_name ~ ', output ' ~ target.name %}
        {% if target.type not in ('duckdb', 'sparkpython') %}
            {% do stop_if(output ~ ' is of type ' ~ target.type ~ ': Likeness runs in DuckDB, or with its rows on Spark; choose a target of type duckdb or sparkpython.') %}
        {% endif %}
        {% set loaded = "select count(*) from duckdb_functions() where function_name = 'likeness_preflight'" %}
        {% if not run_query(loaded).rows[0][0] %}
            {% do stop_if(output ~ ' does not load the plugin of Likeness: add the line `plugins: [{module: likeness.dbt_plugin}]` to it.') %}
        {% endif %}
        {% for name in ['fields', 'business_rules', 'formulas'] %}
            {% do check_list(name) %}
        {% endfor %}
        {% do check_relation() %}
    {% endif %}
{% endmacro %}

{# A list of Likeness may be replaced by a seed of the project that has it as a package, and by nothing else. #}
{% macro check_list(name) %}
    {% for node in graph.nodes.values() if node.name == name and node.package_name != 'likeness' and node.resource_type in ('model', 'seed', 'snapshot') %}
        {% set what = node.resource_type ~ ' ' ~ name ~ ' of ' ~ node.package_name ~ ' (' ~ node.original_file_path ~ ')' %}
        {% if node.resource_type != 'seed' or table_dir() %}
            {% do stop_if('The ' ~ what ~ ' has the name of a list of Likeness, which would read it in its place: rename it.') %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{# The folder with fields.csv, business_rules.csv and formulas.csv of the table; none: they are seeds. #}
{% macro table_dir() %}{{ return(var('table_dir', none)) }}{% endmacro %}
