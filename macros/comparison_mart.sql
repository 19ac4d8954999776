{#
    A comparison mart of the current generator: the table of its name among those that the step `measured` has packed.
    Its columns and their types are those of the mart's YAML contract.
#}
{% macro comparison_mart(measured) -%}
    {%- set columns = {} %}
    {%- for column in model.columns.values() if column.name not in ('generator', 'build_id') %}
    {%- do columns.update({column.name: column.data_type}) %}
    {%- endfor -%}
    with measured as (
        {{ unpacked_table(ref('likeness', measured), model.name, columns) }}
    ),

    of_generator as (
        select
            cast('{{ var("generator") }}' as varchar) as generator,
            '{{ invocation_id }}' as build_id,
            *
        from measured
    )

    select * from of_generator
{%- endmacro %}
