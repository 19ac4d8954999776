{{ config(materialized='view', tags=['rows']) }}

-- depends_on: {{ ref('fields') }}
{{ format_findings_of(ref('likeness', 'synthetic_responses'), ref('likeness', 'stg_synthetic_loans'), ref('likeness', 'synthesis_plan')) }}
