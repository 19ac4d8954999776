{{ config(tags=['small']) }}

with seeds as (
    select
        *,
        coalesce(cluster_id, -seed_id) as group_id,
        coalesce(n_rows, 1) as weight
    from {{ ref('likeness', 'seed_instructions') }}
),

groups as (
    select
        group_id,
        any_value(weight) as weight,
        count(*) as n_seeds
    from seeds
    group by group_id
),

target as (
    {% if var('generator') == 'file' -%}
    select cast(0 as hugeint) as n_rows
    {%- elif var('target_rows') -%}
    select cast({{ var('target_rows') }} as hugeint) as n_rows
    {%- elif var('generator') == 'offline' -%}
    select cast(count(*) as hugeint) as n_rows from {{ ref('likeness', 'stg_loans') }}
    {%- else -%}
    select cast(count(*) * {{ var('rows_per_seed') }} as hugeint) as n_rows from seeds
    {%- endif %}
),

-- Rows are shared out by largest remainder, in whole numbers so that no rounding creeps in.
quotas as (
    select
        groups.group_id,
        groups.n_seeds,
        target.n_rows as target_rows,
        target.n_rows * groups.weight // sum(groups.weight) over () as whole,
        target.n_rows * groups.weight % sum(groups.weight) over () as rest
    from groups
    cross join target
),

allotted as (
    select
        group_id,
        n_seeds,
        whole + cast(
            row_number() over (order by rest desc, group_id asc) <= target_rows - sum(whole) over ()
            as integer
        ) as n_rows
    from quotas
),

shared as (
    select
        seeds.*,
        allotted.n_rows // allotted.n_seeds
        + cast(
            row_number() over (partition by seeds.group_id order by seeds.seed_id)
            <= allotted.n_rows % allotted.n_seeds
            as integer
        ) as rows_asked
    from seeds
    inner join allotted on seeds.group_id = allotted.group_id
),

plan as (
    select
        '{{ var("generator") }}' as generator,
        seed_id,
        cluster_id,
        {%- for part in part_fields() %}
        {{ column_sql(part.name) }},
        {%- endfor %}
        segment,
        seed_text,
        {%- if var('target_rows') or var('generator') in ('offline', 'file') %}
        cast(rows_asked as bigint) as rows_asked
        {%- else %}
        cast({{ var('rows_per_seed') }} as bigint) as rows_asked
        {%- endif %}
    from shared
)

select * from plan
