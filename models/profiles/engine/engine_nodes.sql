{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'offline') }}

{{ engine_table('engine_nodes', {
    'field': 'varchar',
    'level': 'integer',
    'tree': 'integer',
    'node': 'integer',
    'feature': 'varchar',
    'reading': 'varchar',
    'threshold': 'integer',
    'left_node': 'integer',
    'right_node': 'integer',
    'share_class': 'integer'
}) }}
