{#
    After the last test: the files that this build has staged are moved into the export folder, or, if anything failed
    or was left out, kept from it. The last lines say which, and what was made.
#}
{% macro publish_exports() %}
    {% if runs_likeness() and flags.WHICH in ('build', 'run') %}
        {% set done = {} %}
        {% set ran = [] %}
        {% for result in results if concerns_likeness(result.node) %}
            {% do ran.append({
                'id': result.node.unique_id,
                'name': result.node.name,
                'kind': result.node.resource_type | string,
                'status': result.status | string,
            }) %}
            {% do done.update({result.node.name: result.status | string == 'success'}) if result.node.package_name == 'likeness' %}
        {% endfor %}
        {% set request = {
            'folder': var('export_dir'),
            'build_id': invocation_id,
            'is_empty': flags.EMPTY | default(false, true),
            'nodes': nodes_that_count(),
            'results': ran,
            'gates': scorecard_of_build() if done.quality_scorecard else [],
            'about': about_build(done),
        } %}
        {% set answer = ask_exports('likeness_end_exports', request) %}
        {{ summary(done, request.gates, answer.lines) }}
        {% if answer.problem %}
            select error('{{ answer.problem | replace("'", "''") }}')
        {% endif %}
    {% endif %}
{% endmacro %}

{# The scorecard of the generator of this build: metric, status, severity and limits of each row. #}
{% macro scorecard_of_build() %}
    {% set rows = [] %}
    {% set scorecard %}
        select metric, status, severity, limits from {{ build_relation('quality_scorecard') }}
        where generator = '{{ var("generator") }}' order by metric
    {% endset %}
    {% for row in run_query(scorecard).rows %}
        {% do rows.append({'metric': row[0], 'status': row[1], 'severity': row[2], 'limits': row[3]}) %}
    {% endfor %}
    {{ return(rows) }}
{% endmacro %}

{# What the manifest says of this build, as far as `done` (name of a table: was it made) has come. #}
{% macro about_build(done) %}
    {% set source = {'name': source_name().split('/')[-1], 'fingerprint': none, 'rows': none} %}
    {% set sources %}
        {% if done.quality_history %}
            select source_fingerprint, source_rows from {{ build_relation('quality_history') }}
            where build_id = '{{ invocation_id }}'
        {% elif done.stg_loans %}
            {{ fingerprint_of_source(build_relation('stg_loans')) }}
        {% endif %}
    {% endset %}
    {% if sources | trim %}
        {% set row = run_query(sources).rows[0] %}
        {% do source.update({'fingerprint': row[0], 'rows': row[1] | int}) %}
    {% endif %}
    {% set gates = {} %}
    {% set off = [] %}
    {% set changed = [] %}
    {% for row in (scorecard_of_build() if done.quality_scorecard else []) %}
        {% do gates.update({row.metric: row.status}) %}
        {% do off.append(row.metric) if row.status == 'off' %}
        {% do changed.append(row.metric) if row.limits == 'changed' %}
    {% endfor %}
    {{ return({
        'build_id': invocation_id,
        'built_at': run_started_at.strftime('%Y-%m-%dT%H:%M:%SZ'),
        'generator': var('generator'),
        'source': source,
        'settings': fromjson(settings_json()),
        'gates': gates,
        'gates_off': off,
        'gates_changed': changed,
    }) }}
{% endmacro %}

{# A table of this project, found by its name. #}
{% macro build_relation(name) %}
    {% set node = graph.nodes['model.likeness.' ~ name] %}
    {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) }}
{% endmacro %}
