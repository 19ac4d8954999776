{{ config(schema='marts', tags=['aggregate']) }}

{#- What the audit has seen, by file: nothing of a stage that has not run. -#}
{%- set stages = [ref('likeness', 'int_disclosure__seeds'), ref('likeness', 'int_disclosure__marts')]
    + ([ref('likeness', 'int_disclosure__engine')] if var('generator') == 'offline' else []) %}

with audited as (
    {%- for stage in stages if execute and load_relation(stage) is not none %}
    select
        audited_table,
        rows
    from {{ stage }}
    where kind = 'smallest cell'
    union all
    {%- endfor %}
    select
        cast(null as varchar) as audited_table,
        cast(null as bigint) as rows
),

-- Seeds say what the other profiles say, which leave the database in no other file.
placed as (
    select
        case
            when audited_table like 'intermediate.int_engine__profile%' then 'engine_profile.duckdb'
            when audited_table like 'marts.%' then 'likeness_marts.duckdb, report.html'
            when audited_table = 'profiles.source_rules' then 'SeedsInstructions.json, likeness_marts.duckdb'
            when audited_table not like '%.%' then 'all of them together'
            else 'SeedsInstructions.json'
        end as file,
        audited_table,
        rows
    from audited
    where audited_table is not null
),

smallest as (
    select
        file,
        audited_table,
        min(rows) as smallest_cell
    from placed
    group by file, audited_table
    order by file, audited_table
)

select * from smallest
