{{ config(tags=['small']) }}

{#- A stage that has not run leaves nothing but its name here: what was not audited is not sound. -#}
{%- set stages = [ref('int_disclosure__seeds'), ref('int_disclosure__marts')] %}
{%- if var('generator') == 'profile' %}
    {%- do stages.append(ref('int_disclosure__engine')) %}
{%- endif %}

with findings as (
    {%- for stage in stages %}
    {%- set has_run = execute and load_relation(stage) is not none %}
    select
        '{{ stage.identifier }}' as stage,
        {{ has_run | lower }} as has_run,
        found.*
    from (select 1) as listed
    left join {{ stage if has_run else
        '(select null::varchar as audited_table, null::varchar as "row", null::varchar as what, null::bigint as rows)'
    }} as found on found.audited_table is not null
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select * from findings
where audited_table is not null or not has_run
