{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'profile') }}

{{ engine_table('engine_cells', {
    'field': 'varchar',
    'cell': 'integer',
    'kind': 'varchar',
    'label': 'varchar',
    'value': 'double',
    'low': 'double',
    'high': 'double',
    'shape': 'double',
    'n_rows': 'bigint'
}) }}
