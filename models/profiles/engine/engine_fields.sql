{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'offline') }}

{{ engine_table('engine_fields', {
    'step': 'integer',
    'field': 'varchar',
    'form': 'varchar',
    'unit': 'double',
    'others': 'varchar',
    'bounds': 'varchar',
    'n_rows': 'bigint'
}) }}
