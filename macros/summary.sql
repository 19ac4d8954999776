{# The last lines of a build: what was made, how good it is, and (`lines`) what was published and where it lies. #}
{% macro summary(done, scorecard, lines) %}
    {% if lines %}
        {{ log('', info=true) }}
    {% endif %}
    {% if scorecard %}
        {% set counted = {} %}
        {% for row in scorecard %}
            {% do counted.update({row.status: counted.get(row.status, 0) + 1}) %}
        {% endfor %}
        {% set made = 'S' %}
        {% if done.synthetic_loans %}
            {% set rows = run_query('select count(*) from ' ~ build_relation('synthetic_loans')).rows[0][0] %}
            {% set made = 'Made ' ~ rows ~ ' synthetic ' ~ var('record').get('many', 'rows') ~ ' from ' ~ source_name() ~ '; s' %}
        {% endif %}
        {{ log(made ~ 'corecard: ' ~ counted.get('pass', 0) ~ ' pass, ' ~ counted.get('warn', 0) ~ ' warn, '
            ~ counted.get('fail', 0) ~ ' fail' ~ ((', ' ~ counted.off ~ ' off') if counted.off else '') ~ '.', info=true) }}
    {% endif %}
    {% for what in ('off', 'changed') %}
        {% set metrics = scorecard | selectattr('limits', 'equalto', what) | map(attribute='metric') | join(', ') %}
        {% if metrics %}
            {{ log('  gates      ' ~ ('off' if what == 'off' else 'limits changed') ~ ' by var gates: ' ~ metrics, info=true) }}
        {% endif %}
    {% endfor %}
    {% for line in lines %}
        {{ log(line, info=true) }}
    {% endfor %}
    {% if lines %}
        {{ log('  all tables ' ~ target.path, info=true) }}
    {% endif %}
{% endmacro %}
