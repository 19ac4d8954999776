{# One table of the offline engine's profile, from its packed form; `columns` maps names to SQL types. #}
{% macro engine_table(name, columns) -%}
    with packed as (
        select
            row_number,
            record
        from {{ ref('int_engine__profile') }}
        where table_name = '{{ name }}' and row_number >= 0
    ),

    unpacked as (
        select
            {%- for column, type in columns.items() %}
            cast(json_extract_string(record, '$.{{ column }}') as {{ type }}) as "{{ column }}",
            {%- endfor %}
            row_number
        from packed
    )

    select * exclude (row_number)
    from unpacked
    order by row_number
{%- endmacro %}
