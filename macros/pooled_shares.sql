{#
    Shares of categories under the minimum cell size, from counts (`keys`, variable, value, n): a
    category of fewer than min_cell_rows rows joins `(other)`; where that leaves `(other)` with
    fewer, the smallest of the rest joins it too, so that nothing can be had as a difference.
    A missing value is the category `(missing)`.
#}
{% macro pooled_shares(relation, keys) -%}
    {%- set least = var('min_cell_rows') -%}
    {%- set group = (keys + ['variable']) | join(', ') -%}
    with named as (
        select
            {{ group }},
            coalesce(value, '(missing)') as category,
            n,
            n < {{ least }} as is_small
        from {{ relation }}
    ),

    ranked as (
        select
            *,
            sum(n) over (partition by {{ group }}) as n_total,
            coalesce(sum(n) filter (where is_small) over (partition by {{ group }}), 0) as n_small,
            row_number() over (partition by {{ group }}, is_small order by n, category) as position
        from named
    ),

    pooled as (
        select
            {{ group }},
            case
                when is_small or (n_small between 1 and {{ least - 1 }} and position = 1) then '(other)'
                else category
            end as category,
            n_total,
            cast(sum(n) as bigint) as n_rows
        from ranked
        group by all
    ),

    shares as (
        select
            {{ group }},
            category,
            n_rows,
            round(n_rows / n_total, 6) as share
        from pooled
        where n_rows >= {{ least }}
    )

    select * from shares
{%- endmacro %}
