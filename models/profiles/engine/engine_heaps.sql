{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'profile') }}

{{ engine_table('engine_heaps', {
    'field': 'varchar',
    'range_from': 'integer',
    'range_to': 'integer',
    'unit': 'double',
    'share': 'double',
    'n_rows': 'bigint'
}) }}
