{# Where the database keeps which source raw.loans was read from: one row, or none before the first build. #}
{% macro source_identity() %}{{ return(layer_table('raw', 'source_identity')) }}{% endmacro %}

{# Where it keeps from which source, and with which vars of the seeds, each model was made last. #}
{% macro table_sources() %}{{ return(layer_table('intermediate', 'table_sources')) }}{% endmacro %}

{% macro keep_source_tables() %}
    {% for layer in ['raw', 'intermediate'] %}
        {% do run_query('create schema if not exists ' ~ layer_schema(layer)) %}
    {% endfor %}
    {% do run_query(
        'create table if not exists ' ~ source_identity() ~ ' (name varchar, digest varchar, rows bigint, '
        ~ 'fingerprint varchar, built_at timestamp, build_id varchar)'
    ) %}
    {% do run_query(
        'create table if not exists ' ~ table_sources() ~ ' (node varchar primary key, source varchar, '
        ~ 'source_name varchar, stamp varchar, build_id varchar, pending varchar)'
    ) %}
{% endmacro %}

{# Post-hook of raw.loans, in its transaction: the rows and the name of their source change together. #}
{% macro record_source() %}
    delete from {{ source_identity() }};
    insert into {{ source_identity() }}
    select
        {{ literal(source_name()) }},
        {{ '(' ~ rows_digest(this) ~ ')' if named_source() else 'likeness_file_digest(' ~ literal(loans_path()) ~ ')' }},
        count(*),
        null,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp),
        '{{ invocation_id }}'
    from {{ this }}
{% endmacro %}

{# Post-hook of staging.stg_loans: the fingerprint is that of the usable rows, as in marts.quality_history. #}
{% macro record_fingerprint() %}
    update {{ source_identity() }}
    set fingerprint = (select source_fingerprint from ({{ fingerprint_of_source(this) }}) as counted)
{% endmacro %}
