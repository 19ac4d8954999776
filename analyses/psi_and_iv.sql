-- Has a column shifted (PSI), and does it tell as much of the target as in real rows (IV)? Largest PSI first.
with columns as (
    select
        generator,
        variable,
        measure,
        distance,
        distance_holdout,
        psi,
        psi_holdout,
        case
            when psi < 0.1 then 'stable'
            when psi < 0.25 then 'to look at'
            when psi is not null then 'shifted'
        end as reading,
        iv_train,
        iv_holdout,
        iv_synthetic,
        iv_synthetic - iv_train as iv_difference
    from {{ ref('likeness', 'comparison_columns') }}
),

final as (
    select * from columns
    order by psi desc nulls last, generator asc, variable asc
)

select * from final
