{#
    One table of several that a Python step has packed into one (likeness.warehouse.packing), its rows in their order;
    `columns` maps names to SQL types. A name that the table lacks stops the build, and so does one of another type.
#}
{% macro unpacked_table(packed, name, columns) -%}
    with packed as (
        select
            first_row,
            {%- for column, type in columns.items() %}
            {%- if type == 'varchar' or type.endswith('[]') %}
            any_value(list_transform(numbers, lambda place: texts[cast(place as bigint)]))
                filter (where column_name = '{{ column }}' and kind in ('text', 'json', 'missing'))
            {%- else %}
            any_value(numbers) filter (where column_name = '{{ column }}' and kind not in ('text', 'json'))
            {%- endif %} as "{{ column }}"{{ "," if not loop.last }}
            {%- endfor %}
        from {{ packed }}
        where table_name = '{{ name }}'
        group by first_row
    ),

    unpacked as (
        select
            first_row,
            unnest(range(len("{{ columns | first }}"))) as next_row,
            {%- for column, type in columns.items() %}
            unnest(
                coalesce("{{ column }}", error('{{ name }} has no column {{ column }} of type {{ type }}'))
            ) as "{{ column }}"{{ "," if not loop.last }}
            {%- endfor %}
        from packed
    )

    select
        {%- for column, type in columns.items() %}
        {%- if type == 'varchar' %}
        "{{ column }}"{{ "," if not loop.last }}
        {%- elif type.endswith('[]') %}
        from_json("{{ column }}", '["{{ type[:-2] | upper }}"]') as "{{ column }}"{{ "," if not loop.last }}
        {%- else %}
        cast("{{ column }}" as {{ type }}) as "{{ column }}"{{ "," if not loop.last }}
        {%- endif %}
        {%- endfor %}
    from unpacked
    order by first_row, next_row
{%- endmacro %}
