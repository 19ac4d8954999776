from likeness import cluster, engine


def model(dbt, session):
    dbt.config(materialized="table")
    segment_keys = dbt.config.meta_get("segment_keys")
    clustering_keys = dbt.config.meta_get("clustering_keys")
    sample = engine.small(dbt.ref("int_clusters__sample"))
    centroids = cluster.segment_centroids(
        sample,
        segment_keys,
        clustering_keys,
        n_clusters=dbt.config.meta_get("num_of_clusters"),
        min_rows=dbt.config.meta_get("min_cell_rows"),
        seed=dbt.config.meta_get("random_seed"),
    )
    types = {name: "varchar" if name in segment_keys else "double" for name in centroids}
    return engine.back(session, centroids, types | {"cluster_no": "integer"})
