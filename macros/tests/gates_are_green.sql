{#
    Gates of one severity (`level`: error or warn) that are not green. While a build or test runs, their messages are
    raised as an error or a warning: dbt ends its output with the text of those, and with a mere count of failed rows.
#}
{% test gates_are_green(model, level) %}
    {% if execute and flags.WHICH in ["build", "test"] %}
        {% set found = run_query("select message from " ~ model ~ " where severity = '" ~ level ~ "' order by metric") %}
        {% set messages = found.columns[0].values() | join("\n  ") %}
        {% if found.rows and level == "error" %}
            {{ exceptions.raise_compiler_error("The synthetic rows are not good enough:\n  " ~ messages) }}
        {% elif found.rows %}
            {% do exceptions.warn("Gates to look at:\n  " ~ messages) %}
        {% endif %}
    {% endif %}

    select *
    from {{ model }}
    where severity = '{{ level }}'
{% endtest %}
