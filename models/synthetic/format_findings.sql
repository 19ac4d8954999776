{{ config(materialized='view', tags=['rows']) }}

-- depends_on: {{ ref('fields') }}
{{ format_findings_of(ref('synthetic_responses'), ref('stg_synthetic_loans'), ref('synthesis_plan')) }}
