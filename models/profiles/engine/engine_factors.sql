{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'offline') }}

{{ engine_table('engine_factors', {
    'field': 'varchar',
    'level': 'integer',
    'part': 'integer',
    'by': 'varchar',
    'upto': 'integer',
    'factor': 'double',
    'n_rows': 'bigint'
}) }}
