from likeness import engine, files, seed_table, seeds
from likeness.fields import fields_from_rows
from likeness.publishing import staging


def model(dbt, session):
    dbt.config(materialized="table")
    segment_keys = dbt.config.meta_get("segment_keys")
    fields = fields_from_rows(engine.records(dbt.ref("fields")))
    profiles = {
        "clusters": dbt.ref("clusters"),
        "cluster_moments": dbt.ref("cluster_moments"),
        "cluster_missing": dbt.ref("cluster_missing"),
        "cluster_shares": dbt.ref("cluster_shares"),
        "cluster_correlations": dbt.ref("cluster_correlations"),
        "segment_shares": dbt.ref("segment_shares"),
    }
    states = engine.small(dbt.ref("states"))
    state_shares = engine.small(dbt.ref("state_shares"))
    shares = seeds.state_shares(state_shares, states["state"])
    source_rows = engine.count(dbt.ref("stg_loans"))
    if dbt.config.meta_get("seeds_path"):
        table = seed_table.seed_table_from_file(
            dbt.config.meta_get("seeds_path"), fields, segment_keys
        )
    else:
        table = seed_table.seed_table(
            seed_table.clusters_from_profiles({k: engine.small(v) for k, v in profiles.items()}),
            fields,
            shares,
            segment_keys,
            stand_ins=dbt.config.meta_get("date_stand_ins"),
            source_rows=source_rows,
            sampling_factor=dbt.config.meta_get("sampling_factor"),
            seed=dbt.config.meta_get("random_seed"),
        )
    with staging.staged(dbt.config.meta_get("export_dir"), "SeedsInstructions.json") as path:
        files.write_text(path, seeds.to_json(table["statements"]))
    types = {
        "seed_id": "integer",
        "cluster_id": "integer",
        "state": "varchar",
        "zip_code": "varchar",
        "segment": "varchar",
        "n_rows": "bigint",
        "statements": "varchar[]",
        "seed_text": "varchar",
    }
    return engine.back(session, table, types)
