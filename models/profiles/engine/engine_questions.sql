{{ config(materialized='view', tags=['small'], enabled=var('generator') == 'profile') }}

{{ engine_table('engine_questions', {
    'field': 'varchar',
    'vote': 'integer',
    'level': 'integer',
    'feature': 'varchar',
    'threshold': 'integer',
    'equality': 'integer'
}) }}
