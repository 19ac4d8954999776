from likeness import warehouse
from likeness.warehouse import workers


def model(dbt, session):
    dbt.config(materialized="table")
    segment_keys = dbt.config.meta_get("segment_keys")
    clustering_keys = dbt.config.meta_get("clustering_keys")
    rows = dbt.ref("likeness", "int_loans__segments").order("md5(loan_id)")
    sample = warehouse.small(rows.limit(dbt.config.meta_get("max_fit_rows")))
    centroids = workers.called(
        "likeness.profiles.clustering.segment_centroids",
        sample,
        segment_keys,
        clustering_keys,
        dbt.config.meta_get("num_of_clusters"),
        dbt.config.meta_get("min_cluster_rows"),
        dbt.config.meta_get("random_seed"),
    )
    types = {name: "varchar" if name in segment_keys else "double" for name in centroids}
    return warehouse.back(session, centroids, types | {"cluster_no": "integer"})
