{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'offline') }}

{{ engine_table('engine_bounds', {
    'field': 'varchar',
    'bound': 'varchar',
    'by': 'varchar',
    'n_rows': 'bigint'
}) }}
