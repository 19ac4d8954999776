{# The last lines of a build that made a table: what was made, how good it is, and where it lies. #}
{% macro summary() %}
    {% set made = results | selectattr('node.name', 'equalto', 'exports') | selectattr('status', 'equalto', 'success') | list %}
    {% if execute and flags.WHICH == 'build' and made %}
        {% set counts %}
            select
                (select count(*) from {{ made[0].node.database }}.marts.synthetic_loans),
                count(*) filter (where status = 'pass'),
                count(*) filter (where status = 'warn'),
                count(*) filter (where status = 'fail')
            from {{ made[0].node.database }}.marts.quality_scorecard
            where generator = '{{ var("generator") }}'
        {% endset %}
        {% set files %}
            select file || case when status = 'written' then '' else ' (' || status || ': ' || reason || ')' end
            from {{ made[0].node.database }}.marts.exports
        {% endset %}
        {% set row = run_query(counts).rows[0] %}
        {{ log('', info=true) }}
        {{ log('Made ' ~ row[0] ~ ' synthetic loans from ' ~ loans_path() ~ '; scorecard: '
            ~ row[1] ~ ' pass, ' ~ row[2] ~ ' warn, ' ~ row[3] ~ ' fail.', info=true) }}
        {% for file in run_query(files).rows %}
            {{ log('  rows       ' ~ file[0], info=true) }}
        {% endfor %}
        {{ log('  seeds      ' ~ var('export_dir') ~ '/SeedsInstructions.json', info=true) }}
        {{ log('  marts      ' ~ var('export_dir') ~ '/likeness_marts.duckdb, for readers', info=true) }}
        {{ log('  report     ' ~ var('export_dir') ~ '/report.html', info=true) }}
        {{ log('  all tables ' ~ env_var('LIKENESS_DB', 'likeness.duckdb'), info=true) }}
    {% endif %}
{% endmacro %}
