{{ config(materialized='view', tags=['rows']) }}

-- depends_on: {{ ref('fields') }}
{{ format_findings_of(ref('int_export__texts'), ref('int_export__typed'), ref('synthesis_plan')) }}
