{# The last lines of a build that made a table: what was made, how good it is, and where it lies. #}
{% macro summary() %}
    {% set made = results | selectattr('node.name', 'equalto', 'exports') | selectattr('status', 'equalto', 'success') | list %}
    {% if execute and flags.WHICH == 'build' and made %}
        {% set counts %}
            select
                (select count(*) from {{ made[0].node.database }}.marts.synthetic_loans),
                count(*) filter (where status = 'pass'),
                count(*) filter (where status = 'warn'),
                count(*) filter (where status = 'fail'),
                string_agg(metric, ', ' order by metric) filter (where status = 'off'),
                string_agg(metric, ', ' order by metric) filter (where limits = 'changed'),
                count(*) filter (where status = 'off')
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
            ~ row[1] ~ ' pass, ' ~ row[2] ~ ' warn, ' ~ row[3] ~ ' fail' ~ (', ' ~ row[6] ~ ' off' if row[6] else '') ~ '.', info=true) }}
        {% for what, metrics in (('off', row[4]), ('limits changed', row[5])) if metrics %}
            {{ log('  gates      ' ~ what ~ ' by var gates: ' ~ metrics, info=true) }}
        {% endfor %}
        {% for file in run_query(files).rows %}
            {{ log('  rows       ' ~ file[0], info=true) }}
        {% endfor %}
        {{ log('  seeds      ' ~ var('export_dir') ~ '/SeedsInstructions.json', info=true) }}
        {{ log('  marts      ' ~ var('export_dir') ~ '/likeness_marts.duckdb, for readers', info=true) }}
        {{ log('  report     ' ~ var('export_dir') ~ '/report.html', info=true) }}
        {{ log('  all tables ' ~ env_var('LIKENESS_DB', 'likeness.duckdb'), info=true) }}
    {% endif %}
{% endmacro %}
