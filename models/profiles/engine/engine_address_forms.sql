{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'offline') }}

{{ engine_table('engine_address_forms', {
    'form': 'varchar',
    'share': 'double',
    'n_rows': 'bigint'
}) }}
