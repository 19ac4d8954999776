{{ config(tags=['rows']) }}

with train as (
    select * from {{ ref('int_loans__segments') }}
),

centroids as (
    select * from {{ ref('int_clusters__centroids') }}
),

-- Distances are rounded so that a tie is a tie at any thread count; the first cluster wins it.
distances as (
    select
        train.loan_id,
        {% for key in var('segment_keys') -%}
        train.{{ key }},
        {% endfor -%}
        coalesce(centroids.cluster_no, 1) as cluster_no,
        round(
            {%- for key in var('clustering_keys') %}
            pow(
                (coalesce(train."{{ key }}", centroids.median_{{ key }}) - centroids.mean_{{ key }})
                / centroids.std_{{ key }} - centroids.centroid_{{ key }}, 2
            )
            + pow(
                (cast(train."{{ key }}" is null as integer) - centroids.flag_mean_{{ key }})
                / centroids.flag_std_{{ key }} - centroids.flag_centroid_{{ key }}, 2
            ){{ ' +' if not loop.last }}
            {%- endfor %},
            6
        ) as distance
    from train
    left join centroids using ({{ var('segment_keys') | join(', ') }})
),

nearest as (
    select
        loan_id,
        {% for key in var('segment_keys') -%}
        {{ key }},
        {% endfor -%}
        cluster_no
    from distances
    qualify row_number() over (partition by loan_id order by distance, cluster_no) = 1
)

select * from nearest
