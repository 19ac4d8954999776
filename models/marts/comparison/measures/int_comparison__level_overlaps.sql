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
    {%- set pairs = [] %}
    {%- for condition in conditions %}
    {%- for other in (['cluster_id', none] if source == 'train' else [none]) + (partitions | reject('equalto', condition) | list) %}
    {%- do pairs.append((condition, other)) %}
    {%- endfor %}
    {%- endfor %}
    select
        '{{ source }}' as source,
        *
    from (
        {{ level_counts(source, pairs) }}
    ) as {{ source }}_levels
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from counted
