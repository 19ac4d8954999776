{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'offline') }}

{{ engine_table('engine_texts', {
    'field': 'varchar',
    'part': 'varchar',
    'by': 'varchar',
    'given': 'varchar',
    'before': 'varchar',
    'position': 'varchar',
    'token': 'varchar',
    'weight': 'double',
    'n_rows': 'bigint'
}) }}
