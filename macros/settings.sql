{#
    The vars of the settings schema by name: `all`, or those that change the `rows`, vars that only a rule names as
    {name} among them. A value that JSON does not know, such as a date, is its text. Empty while dbt reads the project.
#}
{% macro settings(which) %}
    {% set values = {} %}
    {% if execute %}
        {% set names = run_query("select likeness_setting_names('" ~ which ~ "')").rows[0][0] %}
        {% for name in fromjson(names) %}
            {% set value = var(name, none) %}
            {% do values.update({name: value if tojson(value) is not none else value | string}) %}
        {% endfor %}
    {% endif %}
    {{ return(values) }}
{% endmacro %}

{# The vars that decide what rows come out, as JSON in the order of their names. #}
{% macro settings_json() %}
    {{ return(tojson(settings('rows'), sort_keys=True)) }}
{% endmacro %}

{# Who made the rows: the model of an LLM, the offline engine, or the file. #}
{% macro generating_model() %}
    {%- if var('generator') in ('openai', 'sds') -%}
        {{ return(var('model_id')) }}
    {%- elif var('generator') == 'file' -%}
        {{ return((var('synthetic_path') | string).split('/')[-1]) }}
    {%- endif -%}
    {{ return('offline engine') }}
{% endmacro %}
