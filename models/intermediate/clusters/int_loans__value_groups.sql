{{ config(tags=['rows']) }}

{%- set keys = var('segment_keys') %}
{%- set listed = [] %}
{%- for key in keys %}
{%- do listed.append(column_sql(key)) %}
{%- endfor %}

with train as (
    select * from {{ ref('likeness', 'int_loans__segments') }}
),

centroids as (
    select * from {{ ref('likeness', 'int_clusters__centroids') }}
),

-- Distances are rounded so that a tie is a tie at any thread count; the first cluster wins it.
distances as (
    select
        train.loan_id,
        {%- for key in keys %}
        {{ column_sql(key, 'train') }},
        {%- endfor %}
        coalesce(centroids.cluster_no, 1) as cluster_no,
        round(
            {%- for key in var('clustering_keys') %}
            pow(
                (coalesce({{ column_sql(key, 'train') }}, {{ column_sql('median_' ~ key, 'centroids') }}) - {{ column_sql('mean_' ~ key, 'centroids') }})
                / {{ column_sql('std_' ~ key, 'centroids') }} - {{ column_sql('centroid_' ~ key, 'centroids') }}, 2
            )
            + pow(
                (cast({{ column_sql(key, 'train') }} is null as integer) - {{ column_sql('flag_mean_' ~ key, 'centroids') }})
                / {{ column_sql('flag_std_' ~ key, 'centroids') }} - {{ column_sql('flag_centroid_' ~ key, 'centroids') }}, 2
            ){{ ' +' if not loop.last }}
            {%- else %}
            0
            {%- endfor %},
            6
        ) as distance
    from train
    left join centroids {{ 'using (' ~ listed | join(', ') ~ ')' if keys else 'on true' }}
),

nearest as (
    select
        loan_id,
        {%- for key in listed %}
        {{ key }},
        {%- endfor %}
        cluster_no
    from distances
    qualify row_number() over (partition by loan_id order by distance, cluster_no) = 1
)

select * from nearest
