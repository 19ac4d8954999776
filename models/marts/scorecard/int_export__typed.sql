{{ config(materialized='view', tags=['rows']) }}

with typed as (
    {{ typed_rows(ref('int_export__texts'), keep=['synthetic_id']) }}
)

select * from typed
