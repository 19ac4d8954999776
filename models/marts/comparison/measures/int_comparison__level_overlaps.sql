{{ config(tags=['aggregate']) }}

{#- What a published level of a condition shares with all that is published beside it: the clusters of train, the levels
    of other conditions, those of var missing_by, and all rows. -#}
{%- set conditions = var('condition_on') -%}
{%- set partitions = conditions + ([var('missing_by')] if var('missing_by', none) and var('missing_by') not in conditions else []) -%}

with train as (
    {{ clustered_loans() }}
),

holdout as (
    {{ loans_of('holdout') }}
),

counted as (
    {%- for source in ['train', 'holdout'] %}
    {%- for condition in conditions %}
    {%- for other in (['cluster_id', none] if source == 'train' else [none]) + (partitions | reject('equalto', condition) | list) %}
    select
        '{{ source }}' as source,
        {{ literal(condition) }} as condition,
        coalesce(cast({{ column_sql(condition) }} as varchar), '(missing)') as level,
        {{ literal(other or 'all rows') }} as other,
        {{ "coalesce(cast(" ~ column_sql(other) ~ " as varchar), '(missing)')" if other else "'all'" }} as other_level,
        count(*) as n
    from {{ source }}
    group by all
    union all
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
    select
        cast(null as varchar) as source,
        cast(null as varchar) as condition,
        cast(null as varchar) as level,
        cast(null as varchar) as other,
        cast(null as varchar) as other_level,
        cast(null as bigint) as n
    from train
    where false
)

select * from counted
