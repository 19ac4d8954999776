{# What a classifier reads of the fields that are not compared one by one: `number:...` and `category:...` columns, name to SQL. #}
{% macro field_features() %}
    {% set features = {} %}
    {% set compared = var('continuous_variables') + var('categorical_variables') %}
    {% for field in all_fields() if field.name not in compared and field.kind not in ('identifier', 'constant') %}
        {% set column = column_sql(field.name) %}
        {% if field.kind in ('date', 'timestamp') %}
            {% do features.update({
                'number:' ~ field.name ~ ':day': "cast(date_diff('day', date '1970-01-01', cast(" ~ column ~ " as date)) as double)",
                'number:' ~ field.name ~ ':month': 'cast(extract(month from ' ~ column ~ ') as double)',
                'number:' ~ field.name ~ ':weekday': 'cast(extract(isodow from ' ~ column ~ ') as double)',
            }) %}
            {% if field.kind == 'timestamp' %}
                {% do features.update({'number:' ~ field.name ~ ':hour': 'cast(extract(hour from ' ~ column ~ ') as double)'}) %}
            {% endif %}
        {% elif field.kind == 'free_text' %}
            {% if '{' not in field.format %}
                {% do features.update({
                    'number:' ~ field.name ~ ':length': 'cast(length(' ~ column ~ ') as double)',
                    'number:' ~ field.name ~ ':words': 'cast(length(' ~ column ~ ') - length(replace(' ~ column ~ ", ' ', '')) + 1 as double)",
                    'number:' ~ field.name ~ ':capitals': 'cast(len(regexp_extract_all(' ~ column ~ ", '(?:^| )\\p{Lu}')) as double)",
                    'category:' ~ field.name ~ ':case': 'case when ' ~ column ~ ' = lower(' ~ column ~ ") then 'lower' when "
                    ~ column ~ ' = upper(' ~ column ~ ") then 'upper' when " ~ column ~ " is not null then 'both' end",
                }) %}
            {% endif %}
        {% elif field.kind in ('continuous', 'integer', 'count') %}
            {% do features.update({'number:' ~ field.name: 'cast(' ~ column ~ ' as double)'}) %}
        {% else %}
            {% do features.update({'category:' ~ field.name: 'cast(' ~ column ~ ' as varchar)'}) %}
        {% endif %}
    {% endfor %}
    {{ return(features) }}
{% endmacro %}
