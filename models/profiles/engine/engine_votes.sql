{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'profile') }}

{{ engine_table('engine_votes', {
    'field': 'varchar',
    'vote': 'integer',
    'leaf': 'integer',
    'value': 'double',
    'n_rows': 'bigint'
}) }}
