{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'offline') }}

{{ engine_table('engine_bins', {
    'field': 'varchar',
    'bin': 'integer',
    'kind': 'varchar',
    'label': 'varchar',
    'value': 'double',
    'low': 'double',
    'high': 'double',
    'shape': 'double',
    'n_rows': 'bigint'
}) }}
