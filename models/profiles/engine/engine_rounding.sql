{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'offline') }}

{{ engine_table('engine_rounding', {
    'field': 'varchar',
    'range_from': 'integer',
    'range_to': 'integer',
    'unit': 'double',
    'share': 'double',
    'n_rows': 'bigint'
}) }}
