{# The database's own secret, under which sources are fingerprinted. It is in no log, file or export. #}
{% macro fingerprint_key() %}(select key from intermediate.fingerprint_key){% endmacro %}

{#
    Makes the secret once, or puts the one that LIKENESS_FINGERPRINT_KEY or the var gives in its place. Fingerprints
    of builds before there was a secret, which anybody could recompute, are put under it.
#}
{% macro keep_fingerprint_key() %}
    {% do run_query('create table if not exists intermediate.fingerprint_key (key varchar)') %}
    {% set given = var('fingerprint_key', none) or '' %}
    {# Bound, since dbt logs the text of a query. #}
    {% do adapter.add_query(
        'create or replace temporary table likeness_given_key as select cast(? as varchar) as key',
        auto_begin=false,
        bindings=[given | string],
    ) %}
    {% set chosen = 'likeness_fingerprint_key((select key from likeness_given_key), ' %}
    {% do run_query(
        'insert into intermediate.fingerprint_key select ' ~ chosen ~ "'') "
        ~ 'where not exists (select 1 from intermediate.fingerprint_key)'
    ) %}
    {% do run_query(
        'update intermediate.fingerprint_key set key = ' ~ chosen ~ 'key) where key <> ' ~ chosen ~ 'key)'
    ) %}
    {% do run_query('drop table likeness_given_key') %}
    {% set history %}
        select count(*) from duckdb_tables()
        where database_name = current_database() and schema_name = 'marts' and table_name = 'quality_history'
    {% endset %}
    {% if run_query(history).rows[0][0] %}
        {% do run_query(
            'update marts.quality_history set source_fingerprint = likeness_fingerprint('
            ~ fingerprint_key() ~ ", source_fingerprint) where source_fingerprint not like '%:%'"
        ) %}
    {% endif %}
{% endmacro %}
