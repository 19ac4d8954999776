{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'profile') }}

{{ engine_table('engine_address_forms', {
    'form': 'varchar',
    'share': 'double',
    'n_rows': 'bigint'
}) }}
