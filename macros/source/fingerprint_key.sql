{# The database's own secret, under which sources are fingerprinted. It is in no log, file or export. #}
{% macro fingerprint_key() %}(select key from {{ fingerprint_keys() }}){% endmacro %}

{% macro fingerprint_keys() %}{{ return(layer_table('intermediate', 'fingerprint_key')) }}{% endmacro %}

{#
    Makes the secret once, or puts the one that LIKENESS_FINGERPRINT_KEY or the var gives in its place. Fingerprints
    of builds before there was a secret, which anybody could recompute, are put under it.
#}
{% macro keep_fingerprint_key() %}
    {% do run_query('create table if not exists ' ~ fingerprint_keys() ~ ' (key varchar)') %}
    {% set given = var('fingerprint_key', none) or '' %}
    {# Bound, since dbt logs the text of a query. #}
    {% do adapter.add_query(
        'create or replace temporary table likeness_given_key as select cast(? as varchar) as key',
        auto_begin=false,
        bindings=[given | string],
    ) %}
    {% set chosen = 'likeness_fingerprint_key((select key from likeness_given_key), ' %}
    {% do run_query(
        'insert into ' ~ fingerprint_keys() ~ ' select ' ~ chosen ~ "'') "
        ~ 'where not exists (select 1 from ' ~ fingerprint_keys() ~ ')'
    ) %}
    {% do run_query(
        'update ' ~ fingerprint_keys() ~ ' set key = ' ~ chosen ~ 'key) where key <> ' ~ chosen ~ 'key)'
    ) %}
    {% do run_query('drop table likeness_given_key') %}
    {% if has_layer_table('marts', 'quality_history') %}
        {% do run_query(
            'update ' ~ layer_table('marts', 'quality_history') ~ ' set source_fingerprint = likeness_fingerprint('
            ~ fingerprint_key() ~ ", source_fingerprint) where source_fingerprint not like '%:%'"
        ) %}
    {% endif %}
{% endmacro %}
