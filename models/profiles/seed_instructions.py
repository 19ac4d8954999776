from likeness import warehouse
from likeness.builds.publishing import seeds
from likeness.profiles import cluster_statistics, rule_breaks, seed_table, seed_text
from likeness.schema.fields import derived_from_rows, fields_from_rows


def model(dbt, session):
    dbt.config(materialized="table")
    segment_keys = dbt.config.meta_get("segment_keys")
    listed = warehouse.records(dbt.ref("fields"))
    fields, derived = fields_from_rows(listed), derived_from_rows(listed)
    profiles = {
        "clusters": dbt.ref("likeness", "clusters"),
        "cluster_moments": dbt.ref("likeness", "cluster_moments"),
        "cluster_missing": dbt.ref("likeness", "cluster_missing"),
        "cluster_shares": dbt.ref("likeness", "cluster_shares"),
        "cluster_correlations": dbt.ref("likeness", "cluster_correlations"),
        "segment_shares": dbt.ref("likeness", "segment_shares"),
    }
    rules = dbt.ref("likeness", "source_rules")
    merged = dbt.ref("likeness", "int_value_groups__merged")
    shares = seed_text.part_shares(warehouse.small(dbt.ref("likeness", "part_shares")), derived)
    source_rows = warehouse.count(dbt.ref("likeness", "stg_loans"))
    if dbt.config.meta_get("seeds_path"):
        given = seed_table.seed_table_from_file(
            dbt.config.meta_get("seeds_path"), fields, derived, segment_keys
        )
        tables = iter([given])
    else:
        read = {name: warehouse.small(relation) for name, relation in profiles.items()}
        wider = read["cluster_shares"].groupby("variable")["category"].agg(set).to_dict()
        clusters = seed_table.clusters_from_profiles(
            read | {"groups": cluster_statistics.enclosing_groups(merged)},
            dbt.config.meta_get("seed_quantiles"),
            rule_breaks.forbidden_categories(
                warehouse.records(rules), read["clusters"], segment_keys, wider, fields
            ),
        )
        tables = seed_table.seed_tables(
            clusters,
            fields,
            shares,
            segment_keys,
            stand_ins=dbt.config.meta_get("date_stand_ins"),
            source_rows=source_rows,
            sampling_factor=dbt.config.meta_get("sampling_factor"),
            seed=dbt.config.meta_get("random_seed"),
        )
    written = seeds.written(tables, dbt.config.meta_get("export_dir"))
    types = seed_table.columns(seed_table.seed_parts(fields))
    return warehouse.spread(session, written, types)
