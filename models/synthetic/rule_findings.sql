{{ config(materialized='view', tags=['rows']) }}

-- depends_on: {{ ref('source_rules') }}
{{ rule_findings_of(ref('stg_synthetic_loans'), ref('rule_context')) }}
