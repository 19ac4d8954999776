{{ config(materialized='view', tags=['rows']) }}

-- depends_on: {{ ref('likeness', 'source_rules') }}
{{ rule_findings_of(ref('likeness', 'stg_synthetic_loans'), ref('likeness', 'rule_context')) }}
