{#
    Before any model runs: what a killed build has left of its exports is completed or removed, and a hidden folder is made
    in which this build's files wait until it is known whether they may be published.
#}
{% macro begin_exports() %}
    {% if runs_likeness() and flags.WHICH in ('build', 'run') %}
        {% set staging = [] %}
        {% for node in nodes_that_count() if node.stages and node.id in selected_resources %}
            {% do staging.append(node.name) %}
        {% endfor %}
        {% set request = {'folder': var('export_dir'), 'build_id': invocation_id, 'stages': staging | length > 0} %}
        {% set answer = ask_exports('likeness_begin_exports', request) %}
        {% if answer.problem %}
            {{ exceptions.raise_compiler_error(answer.problem) }}
        {% endif %}
        {% for line in answer.lines %}
            {{ log(line, info=true) }}
        {% endfor %}
    {% endif %}
{% endmacro %}

{# The answer of one of the plugin's functions to a request. #}
{% macro ask_exports(name, request) %}
    {% set asked = tojson(request) | replace("'", "''") %}
    {{ return(fromjson(run_query("select " ~ name ~ "('" ~ asked ~ "')").rows[0][0])) }}
{% endmacro %}

{# Tables and tests of this project, as likeness.builds.publishing.verdict reads them. #}
{% macro nodes_that_count() %}
    {% set nodes = [] %}
    {% for node in graph.nodes.values() if node.package_name == 'likeness' and node.resource_type in ('model', 'seed', 'test') %}
        {# An ephemeral model is part of those that read it, and no run has a result of it. #}
        {% if node.config.materialized != 'ephemeral' %}
        {% do nodes.append({
            'id': node.unique_id,
            'name': node.name,
            'kind': node.resource_type | string,
            'parents': node.depends_on.nodes | default([]) | list,
            'is_error': node.config.severity | default('error') | lower == 'error',
            'stages': 'export_dir' in node.config.meta,
            'tags': node.tags | list,
        }) %}
        {% endif %}
    {% endfor %}
    {{ return(nodes) }}
{% endmacro %}
