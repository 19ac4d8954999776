{% macro source_replacements() %}{{ return(layer_table('raw', 'source_replacements')) }}{% endmacro %}

{# Says in the first lines of a build that it replaces what another source made, and keeps it for the last ones. #}
{% macro note_replacement(note) %}
    {% do run_query('create table if not exists ' ~ source_replacements() ~ ' (build_id varchar, note varchar)') %}
    {% if note %}
        {{ log(note, info=true) }}
        {% do run_query(
            'insert into ' ~ source_replacements() ~ " values ('" ~ invocation_id ~ "', '" ~ (note | replace("'", "''")) ~ "')"
        ) %}
    {% endif %}
{% endmacro %}

{# The last lines of a build on its source: how many rows were left out, and what was replaced. #}
{% macro source_lines() %}
    {% if runs_likeness() and flags.WHICH in ('build', 'run') %}
        {% set own = results | selectattr('node.package_name', 'equalto', 'likeness') %}
        {% set made = own | selectattr('status', 'equalto', 'success') | map(attribute='node.name') | list %}
        {% if 'stg_loans__excluded' in made and 'stg_loans' in made %}
            {% set left_out = [] %}
            {% set reasons = 'select reason, count(*) as n from ' ~ layer_table('staging', 'stg_loans__excluded') ~ ' group by reason order by n desc, reason' %}
            {% for row in run_query(reasons).rows %}
                {% do left_out.append((row[0], row[1] | int)) %}
            {% endfor %}
            {% if left_out %}
                {% set said = [] %}
                {% for reason, n in left_out[:5] %}
                    {% do said.append(reason ~ ' in ' ~ '{:,}'.format(n)) %}
                {% endfor %}
                {% set n = left_out | sum(attribute=1) %}
                {% set rows = n + (run_query('select count(*) from ' ~ layer_table('staging', 'stg_loans')).rows[0][0] | int) %}
                {{ log(
                    '  left out   ' ~ '{:,}'.format(n) ~ ' of ' ~ '{:,}'.format(rows) ~ ' rows: ' ~ said | join('; ')
                    ~ ('; and other reasons' if left_out | length > 5 else '') ~ '; ' ~ layer_table('staging', 'stg_loans__excluded') ~ ' lists them',
                    info=true
                ) }}
            {% endif %}
        {% endif %}
        {% set notes = 'select note from ' ~ source_replacements() ~ " where build_id = '" ~ invocation_id ~ "'" %}
        {% for row in run_query(notes).rows %}
            {% set nothing = 'Nothing was replaced: this build ended before it read its source.' %}
            {{ log(row[0] if 'loans' in made else nothing, info=true) }}
        {% endfor %}
        {{ nothing_accepted_line() if 'generation_funnel' in made }}
        {{ failed_seeds_line() if 'generation_run' in made }}
    {% endif %}
{% endmacro %}

{# Says, where no synthetic row was accepted, for what reason most were rejected. #}
{% macro nothing_accepted_line() %}
    {% set top %}
        select funnel.reason, funnel.rows, received.rows
        from {{ build_relation('generation_funnel') }} as funnel
        inner join {{ build_relation('generation_funnel') }} as received
            on funnel.generator = received.generator and received.stage = 'received'
        where
            funnel.generator = '{{ var("generator") }}'
            and funnel.stage = 'rejected'
            and funnel.counted = 'first reason'
            and funnel.rows > 0
            and not exists (
                select 1 from {{ build_relation('generation_funnel') }} as accepted
                where
                    accepted.generator = funnel.generator
                    and accepted.stage = 'accepted'
                    and accepted.counted = 'all'
                    and accepted.rows > 0
            )
        order by funnel.rows desc, funnel.reason
        limit 1
    {% endset %}
    {% for reason, n, received in run_query(top).rows %}
        {{ log(
            '  accepted   none of ' ~ '{:,}'.format(received | int) ~ ' synthetic rows; the most frequent reason: '
            ~ reason ~ ' in ' ~ '{:,}'.format(n | int) ~ '; ' ~ layer_table('marts', 'generation_funnel') ~ ' lists all', info=true
        ) }}
    {% endfor %}
{% endmacro %}

{# Says, where a language model failed for some seeds, how many and what its commonest failure was, with its advice. #}
{% macro failed_seeds_line() %}
    {% set run %}
        select seeds_failed, seeds, commonest_failure from {{ build_relation('generation_run') }}
        where commonest_failure is not null
    {% endset %}
    {% for failed, seeds, failure in run_query(run).rows %}
        {{ log('  model      ' ~ '{:,}'.format(failed | int) ~ ' of ' ~ '{:,}'.format(seeds | int) ~ ' seeds failed; mostly: ' ~ failure, info=true) }}
    {% endfor %}
{% endmacro %}
