{# One table of the offline engine's profile, from its packed form; `columns` maps names to SQL types. #}
{% macro engine_table(name, columns) -%}
    with packed as (
        select
            first_row,
            record
        from {{ ref('int_engine__profile') }}
        where table_name = '{{ name }}'
    ),

    unpacked as (
        select
            first_row,
            unnest(range(cast(json_array_length(record, '$.{{ columns | first }}') as bigint))) as next_row,
            {%- for column, type in columns.items() %}
            unnest(from_json(json_extract(record, '$.{{ column }}'), '["{{ type | upper }}"]')) as "{{ column }}"
            {{- "," if not loop.last }}
            {%- endfor %}
        from packed
    )

    select * exclude (first_row, next_row)
    from unpacked
    order by first_row, next_row
{%- endmacro %}
