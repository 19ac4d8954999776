{#
    One table of several that a Python step has packed into one (likeness.warehouse.packing), its rows in their order;
    `columns` maps names to SQL types. A name that the table lacks stops the build.
#}
{% macro unpacked_table(packed, name, columns) -%}
    with packed as (
        select
            first_row,
            record
        from {{ packed }}
        where table_name = '{{ name }}'
    ),

    unpacked as (
        select
            first_row,
            unnest(range(cast(json_array_length(record, '$."{{ columns | first }}"') as bigint))) as next_row,
            {%- for column, type in columns.items() %}
            unnest(from_json(
                coalesce(json_extract(record, '$."{{ column }}"'), error('{{ name }} has no column {{ column }}')),
                '["{{ type | upper }}"]'
            )) as "{{ column }}"{{ "," if not loop.last }}
            {%- endfor %}
        from packed
    )

    select * exclude (first_row, next_row)
    from unpacked
    order by first_row, next_row
{%- endmacro %}
