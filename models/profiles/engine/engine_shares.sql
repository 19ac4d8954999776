{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'profile') }}

{{ engine_table('engine_shares', {
    'field': 'varchar',
    'level': 'integer',
    'share_class': 'integer',
    'share': 'double',
    'n_rows': 'bigint'
}) }}
