{#
    A comparison mart of the current generator from what a Python step has measured. Its columns and their types are
    those of the mart's YAML contract; `where` picks its rows where one step measures for several marts.
#}
{% macro comparison_mart(measured, where=none) -%}
    with measured as (
        select * from {{ ref(measured) }}
        {%- if where %}
        where {{ where }}
        {%- endif %}
    ),

    of_generator as (
        select
            cast('{{ var("generator") }}' as varchar) as generator
            {%- for column in model.columns.values() if column.name != 'generator' %},
            cast("{{ column.name }}" as {{ column.data_type }}) as "{{ column.name }}"
            {%- endfor %}
        from measured
    )

    select * from of_generator
{%- endmacro %}
