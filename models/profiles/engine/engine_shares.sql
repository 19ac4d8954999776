{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'offline') }}

{{ engine_table('engine_shares', {
    'field': 'varchar',
    'level': 'integer',
    'share_class': 'integer',
    'share': 'double',
    'n_rows': 'bigint'
}) }}
