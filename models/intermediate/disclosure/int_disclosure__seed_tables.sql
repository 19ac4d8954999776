{{ config(materialized='view', tags=['small']) }}

{%- set relations = [
    ref('clusters'), ref('cluster_moments'), ref('cluster_missing'), ref('cluster_shares'), ref('cluster_correlations'),
    ref('segment_shares'), ref('state_shares'), ref('rule_ranges'), ref('rule_patterns'), ref('source_rules'),
    ref('seed_instructions'), ref('int_loans__train'), ref('int_loans__holdout'), ref('int_loans__clustered'),
    ref('int_clusters__groups'), ref('fields'), ref('states'),
] %}

with relations as (
    {%- for relation in relations %}
    select '{{ relation.schema }}.{{ relation.identifier }}' as audited_table
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select * from relations
