{{ config(tags=['small']) }}

with counts as (
    select
        cluster_id,
        variable,
        cast(sum(n) as bigint) as n_rows,
        cast(coalesce(sum(n) filter (where value is null), 0) as bigint) as n_missing
    from {{ ref('int_clusters__number_counts') }}
    group by all
),

-- Both the missing and the filled values must be enough to speak of, or none of them exist.
published as (
    select
        cluster_id,
        variable,
        n_rows,
        case when is_publishable then n_missing end as n_missing,
        case when is_publishable then round(n_missing / n_rows, 6) end as share,
        case when not is_publishable then 'below min_cell_rows' end as reason
    from (
        select
            *,
            (n_missing = 0 or n_missing >= {{ var('min_cell_rows') }})
            and (n_missing = n_rows or n_rows - n_missing >= {{ var('min_cell_rows') }}) as is_publishable
        from counts
    )
)

select * from published
