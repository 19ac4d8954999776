{{ config(materialized='view', tags=['small']) }}

{%- set prefix = var('schema_prefix', none) or '' %}
{%- set relations = [
    ref('likeness', 'comparison_conditional_moments'), ref('likeness', 'comparison_conditional_shares'),
    ref('likeness', 'comparison_conditionals'), ref('likeness', 'comparison_correlations'),
    ref('likeness', 'comparison_kl_divergence'), ref('likeness', 'comparison_missing'),
    ref('likeness', 'comparison_moment_differences'), ref('likeness', 'comparison_moments'),
    ref('likeness', 'comparison_pair_trends'), ref('likeness', 'comparison_shapes'),
    ref('likeness', 'comparison_shares'), ref('likeness', 'comparison_rates'),
    ref('likeness', 'synthetic_loans'), ref('likeness', 'synthetic_loans_typed'), ref('likeness', 'clusters'),
    ref('likeness', 'cluster_moments'), ref('likeness', 'cluster_missing'), ref('likeness', 'cluster_shares'),
    ref('likeness', 'cluster_correlations'), ref('likeness', 'segment_shares'), ref('likeness', 'part_shares'),
    ref('likeness', 'rule_context'), ref('likeness', 'seed_instructions'), ref('likeness', 'stg_loans'),
    ref('likeness', 'int_loans__split'), ref('likeness', 'int_loans__clustered'),
    ref('likeness', 'int_value_groups__merged'), ref('fields'),
] %}

with relations as (
    {%- for relation in relations %}
    select '{{ relation.schema[prefix | length:] }}.{{ relation.identifier }}' as audited_table
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select * from relations
