{{ config(tags=['small']) }}

{#- A stage that has not run leaves nothing but its name here: what was not audited is not sound. -#}
{%- set stages = [ref('likeness', 'int_disclosure__seeds'), ref('likeness', 'int_disclosure__marts')]
    + ([ref('likeness', 'int_disclosure__engine')] if var('generator') == 'offline' else []) %}

with findings as (
    {%- for stage in stages %}
    {%- set has_run = execute and load_relation(stage) is not none %}
    {%- if has_run %}
    select
        '{{ stage.identifier }}' as stage,
        true as has_run,
        audited_table,
        audited_row,
        what,
        rows
    from {{ stage }}
    where kind = 'finding'
    {%- else %}
    select
        '{{ stage.identifier }}' as stage,
        false as has_run,
        cast(null as varchar) as audited_table,
        cast(null as varchar) as audited_row,
        cast(null as varchar) as what,
        cast(null as bigint) as rows
    {%- endif %}
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select * from findings
