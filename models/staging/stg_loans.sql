{{ config(materialized='view', tags=['rows'], post_hook=["{{ record_fingerprint() }}", "{{ comment_fields() }}"]) }}

with typed as (
    select * from {{ ref('stg_loans__typed') }}
),

readable as (
    select * exclude (reason)
    from typed
    where reason is null
)

select * from readable
