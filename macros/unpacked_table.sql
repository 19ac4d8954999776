{#
    One table of several that a Python step has packed into one (likeness.warehouse.packing), its rows in their order;
    `columns` maps names to SQL types. A name that the table lacks stops the build.
#}
{% macro unpacked_table(packed, name, columns) -%}
    with packed as (
        select
            first_row,
            {%- for column in columns %}
            any_value(record) filter (where column_name = '{{ column }}') as "{{ column }}"{{ "," if not loop.last }}
            {%- endfor %}
        from {{ packed }}
        where table_name = '{{ name }}'
        group by first_row
    ),

    unpacked as (
        select
            first_row,
            unnest(range(cast(json_array_length("{{ columns | first }}") as bigint))) as next_row,
            {%- for column, type in columns.items() %}
            unnest(from_json(
                coalesce("{{ column }}", error('{{ name }} has no column {{ column }}')), '["{{ type | upper }}"]'
            )) as "{{ column }}"{{ "," if not loop.last }}
            {%- endfor %}
        from packed
    )

    select * exclude (first_row, next_row)
    from unpacked
    order by first_row, next_row
{%- endmacro %}
