{{ config(tags=['small']) }}

{{ pooled_shares(ref('int_clusters__category_counts'), ['cluster_id']) }}
