from likeness import engine, moments


def model(dbt, session):
    dbt.config(materialized="table")
    counts = engine.small(dbt.ref("int_clusters__number_counts"))
    summaries = moments.summaries(
        counts, ["cluster_id", "variable"], dbt.config.meta_get("min_cell_rows")
    )
    types = {"cluster_id": "integer", "variable": "varchar", "n": "bigint"}
    types |= dict.fromkeys(moments.STATISTICS, "double") | {"reason": "varchar"}
    return engine.back(session, summaries, types)
