{{ config(materialized='incremental', unique_key='generator', incremental_strategy='delete+insert', on_schema_change='append_new_columns', tags=['small']) }}

{{ comparison_mart('int_comparison__of_rows') }}
