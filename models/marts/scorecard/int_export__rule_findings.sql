{{ config(materialized='view', tags=['rows']) }}

-- depends_on: {{ ref('source_rules') }}
{{ rule_findings_of(ref('int_export__typed'), ref('rule_ranges'), ref('rule_patterns')) }}
