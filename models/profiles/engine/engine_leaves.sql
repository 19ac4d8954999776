{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'profile') }}

{{ engine_table('engine_leaves', {
    'field': 'varchar',
    'leaf': 'integer',
    'cell_from': 'integer',
    'cell_to': 'integer',
    'pool': 'integer',
    'share': 'double',
    'n_rows': 'bigint'
}) }}
