{#
    A model that is tagged rows is made on Spark, where its rows are; anything else by DuckDB on the driver, from what
    it reads of Spark within the limit of rows.
#}
{% materialization table, adapter='sparkpython', supported_languages=['sql', 'python'] %}
    {% if 'rows' in config.get('tags', []) and model['language'] == 'sql' %}
        {{ return(sparkpython__made_on_spark(false)) }}
    {% endif %}
    {% if model['language'] == 'sql' %}
        {{ return(materialization_table_duckdb()) }}
    {% endif %}

    {# dbt submits a Python model only where its materialization itself calls `statement`. #}
    {% set existing_relation = load_cached_relation(this) %}
    {% set target_relation = this.incorporate(type='table') %}
    {% set made = make_intermediate_relation(target_relation) %}
    {{ drop_relation_if_exists(load_cached_relation(made)) }}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main', language='python') %}
        {{- py_write_table(temporary=False, relation=made, compiled_code=compiled_code) }}
    {% endcall %}
    {% if adapter.made_rows(this.schema, this.identifier) %}
        {% set target_relation = this.incorporate(type='view') %}
    {% else %}
        {{ drop_relation_if_exists(existing_relation) }}
        {{ adapter.rename_relation(made, target_relation) }}
    {% endif %}
    {{ return(sparkpython__ended(target_relation)) }}
{% endmaterialization %}

{% materialization view, adapter='sparkpython' %}
    {% if 'rows' in config.get('tags', []) %}
        {{ return(sparkpython__made_on_spark(true)) }}
    {% endif %}
    {{ return(materialization_view_default()) }}
{% endmaterialization %}

{% macro sparkpython__made_on_spark(is_view) %}
    {% set target_relation = this.incorporate(type='view') %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% do adapter.make_rows(this.schema, this.identifier, compiled_code, is_view=is_view) %}
    {% call noop_statement('main', 'OK', 'OK') %}{{ compiled_code }}{% endcall %}
    {{ return(sparkpython__ended(target_relation)) }}
{% endmacro %}

{# What each materialization ends with, once its relation is there. #}
{% macro sparkpython__ended(target_relation) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(target_relation, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmacro %}
