from likeness import apart, engine


def model(dbt, session):
    dbt.config(materialized="table")
    segment_keys = dbt.config.meta_get("segment_keys")
    clustering_keys = dbt.config.meta_get("clustering_keys")
    sample = engine.small(dbt.ref("int_clusters__sample"))
    centroids = apart.called(
        "likeness.cluster.segment_centroids",
        sample,
        segment_keys,
        clustering_keys,
        dbt.config.meta_get("num_of_clusters"),
        dbt.config.meta_get("min_cluster_rows"),
        dbt.config.meta_get("random_seed"),
    )
    types = {name: "varchar" if name in segment_keys else "double" for name in centroids}
    return engine.back(session, centroids, types | {"cluster_no": "integer"})
