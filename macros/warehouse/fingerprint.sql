{#
    A name for a set of distinct texts that any change of any of them changes, whatever their order; without the key of
    this database it can neither be recomputed from guessed texts nor compared with the name of a neighbouring set.
#}
{% macro fingerprint(text) %}{{ return(adapter.dispatch('fingerprint', 'likeness')(text)) }}{% endmacro %}

{% macro duckdb__fingerprint(text) -%}
    likeness_fingerprint({{ fingerprint_key() }}, lower(hex(bit_xor(md5_number_lower({{ text }})))) || '-' || count(*))
{%- endmacro %}

{# The fingerprint of the usable rows (`source_fingerprint`) and their number (`source_rows`), as a query. #}
{% macro fingerprint_of_source(relation) %}{{ return(adapter.dispatch('fingerprint_of_source', 'likeness')(relation)) }}{% endmacro %}

{% macro default__fingerprint_of_source(relation) -%}
    select
        {{ fingerprint('loan_id') }} as source_fingerprint,
        count(*) as source_rows
    from {{ relation }}
{%- endmacro %}

{# The key stays on this machine: Spark is asked for what is put under it. #}
{% macro sparkpython__fingerprint_of_source(relation) -%}
    {%- set found = [none, 0] -%}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
        {%- set asked = "select cast(sum(md5_number_lower(loan_id)) as varchar) || '-' || count(*) as text, count(*) as n from " ~ relation -%}
        {%- set found = run_query(asked).rows[0] -%}
    {%- endif -%}
    select
        likeness_fingerprint({{ fingerprint_key() }}, {{ literal(found[0]) if found[0] is not none else 'null' }}) as source_fingerprint,
        cast({{ found[1] | int }} as bigint) as source_rows
{%- endmacro %}
