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
    {% if target.spark_sample < 1 %}
        {% do adapter.name_table('likeness_spark', 'whole_source', target.spark_source) %}
        {% set texts = [] %}
        {% for name in run_query('describe select * from likeness_spark.whole_source').columns[0].values() %}
            {% do texts.append('cast(' ~ column_sql(name) ~ ' as varchar)') %}
        {% endfor %}
        {% set row = "concat_ws('|', " ~ texts | join(', ') ~ ")" %}
        {% do adapter.make_rows(
            'likeness_spark', 'source',
            'select * from likeness_spark.whole_source where ' ~ hash_split(row, 'sample', target.spark_sample),
            is_view=true
        ) %}
    {% else %}
        {% do adapter.name_table('likeness_spark', 'source', target.spark_source) %}
    {% endif %}
    {{ spark_line() if flags.WHICH in ('build', 'run') }}
{% endmacro %}

{#
    Before the first model: how often rows on Spark will be read, and how many will be drawn. A model or a test is a query,
    but for the audit, which counts train and holdout rows group by group.
#}
{% macro spark_line() %}
    {% set on_spark = [] %}
    {% set of_source = [] %}
    {% set audits = [] %}
    {% for node in graph.nodes.values() if node.resource_type == 'model' and 'rows' in node.tags %}
        {% do on_spark.append(node.unique_id) %}
    {% endfor %}
    {% set counted = {'models': 0, 'tests': 0} %}
    {% for unique_id in selected_resources if unique_id in graph.nodes %}
        {% set node = graph.nodes[unique_id] %}
        {% set parents = node.depends_on.nodes %}
        {% if node.resource_type == 'test' and parents | select('in', on_spark) | list %}
            {% do counted.update({'tests': counted.tests + 1}) %}
        {% elif node.name in ('int_disclosure__seeds', 'int_disclosure__marts') %}
            {% do audits.append(node.name) %}
        {% elif node.resource_type == 'model' and ('rows' in node.tags or 'aggregate' in node.tags) and node.config.materialized != 'view' %}
            {% do counted.update({'models': counted.models + 1}) %}
            {% if node.name == 'loans' or 'model.likeness.stg_loans' in parents or 'model.likeness.loans' in parents or 'model.likeness.int_loans__segments' in parents %}
                {% do of_source.append(node.name) %}
            {% endif %}
        {% endif %}
    {% endfor %}
    {{ log('  spark      ' ~ counted.models ~ ' models and ' ~ counted.tests ~ ' data tests read or make rows on Spark, '
        ~ of_source | length ~ ' of the models those of ' ~ target.spark_source
        ~ (' (a sample of ' ~ target.spark_sample ~ ')' if target.spark_sample < 1 else '')
        ~ ('; the audit counts train and holdout rows in some 60 queries for each of ' ~ audits | join(' and ') if audits else '')
        ~ '; rows to draw: ' ~ (var('target_rows') or 'as many as the source has usable ones'), info=true) }}
    {% if target.spark_sample == 1 %}
        {{ log('  spark      LIKENESS_SPARK_SAMPLE=0.01 tries a build on a hundredth of the rows first', info=true) }}
    {% endif %}
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
