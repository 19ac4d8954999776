{{ config(materialized='view', tags=['small']) }}

{%- set relations = [
    ref('comparison_conditional_moments'), ref('comparison_conditional_shares'), ref('comparison_conditionals'),
    ref('comparison_correlations'), ref('comparison_kl_divergence'), ref('comparison_missing'),
    ref('comparison_moment_differences'), ref('comparison_moments'), ref('comparison_pair_trends'),
    ref('comparison_shapes'), ref('comparison_shares'), ref('comparison_target_rates'), ref('synthetic_loans'),
    ref('synthetic_loans_typed'),
    ref('clusters'), ref('cluster_moments'), ref('cluster_missing'), ref('cluster_shares'), ref('cluster_correlations'),
    ref('segment_shares'), ref('seed_instructions'), ref('stg_loans'), ref('int_loans__split'),
    ref('int_loans__clustered'), ref('int_value_groups__merged'), ref('fields'),
] %}

with relations as (
    {%- for relation in relations %}
    select '{{ relation.schema }}.{{ relation.identifier }}' as audited_table
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select * from relations
