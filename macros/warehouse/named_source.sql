{#
    The table that is the source, as var source_relation names it; none where it is a file. On Spark it is the table that
    the output of profiles.yml names.
#}
{% macro named_source() %}{{ return(adapter.dispatch('named_source', 'likeness')()) }}{% endmacro %}

{% macro default__named_source() %}{{ return(var('source_relation', none)) }}{% endmacro %}

{% macro sparkpython__named_source() %}
    {{ return({'spark': target.spark_source} if target.spark_source else none) }}
{% endmacro %}

{# Before anything is read: can this target read what is named as the source? #}
{% macro check_named_source() %}{{ return(adapter.dispatch('check_named_source', 'likeness')()) }}{% endmacro %}

{% macro default__check_named_source() %}{% endmacro %}

{% macro sparkpython__check_named_source() %}
    {% if not target.spark_source %}
        {% do stop_if('On target ' ~ target.name ~ ' the source is a table of your Spark: set LIKENESS_SPARK_SOURCE (in profiles.yml: '
            ~ 'spark_source) to its name, such as bank.loans. A CSV file is not read there: with line breaks inside of fields '
            ~ 'Spark reads it in one task, or parts rows without an error. Load it into a table first (docs/spark.md).') %}
    {% endif %}
    {% do adapter.name_table('likeness_spark', 'source', target.spark_source) %}
{% endmacro %}

{# The columns of a table as texts, as a query. #}
{% macro as_texts(relation) %}{{ return(adapter.dispatch('as_texts', 'likeness')(relation)) }}{% endmacro %}

{% macro default__as_texts(relation) %}{{ return('(select columns(*)::varchar from ' ~ relation ~ ')') }}{% endmacro %}

{% macro sparkpython__as_texts(relation) %}
    {% set columns = [] %}
    {% for name in run_query('describe select * from ' ~ relation).columns[0].values() %}
        {% do columns.append('cast(' ~ column_sql(name) ~ ' as varchar) as ' ~ column_sql(name)) %}
    {% endfor %}
    {{ return('(select ' ~ columns | join(', ') ~ ' from ' ~ relation ~ ')') }}
{% endmacro %}
