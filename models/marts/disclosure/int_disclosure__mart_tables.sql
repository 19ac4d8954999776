{{ config(materialized='view', tags=['small']) }}

{%- set relations = [
    ref('comparison_conditional_moments'), ref('comparison_conditional_shares'), ref('comparison_conditionals'),
    ref('comparison_correlations'), ref('comparison_kl_divergence'), ref('comparison_missing'),
    ref('comparison_moment_differences'), ref('comparison_moments'), ref('comparison_pair_trends'),
    ref('comparison_shapes'), ref('comparison_shares'), ref('synthetic_loans'), ref('synthetic_loans_typed'),
] %}

with relations as (
    {%- for relation in relations %}
    select '{{ relation.schema }}.{{ relation.identifier }}' as audited_table
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select * from relations
