from likeness import warehouse
from likeness.audit import findings, stages


def model(dbt, session):
    dbt.config(materialized="table")
    # The audit reads them by name; here they say what has to be made before it.
    tables = {
        "profiles.clusters": dbt.ref("likeness", "clusters"),
        "profiles.cluster_moments": dbt.ref("likeness", "cluster_moments"),
        "profiles.cluster_missing": dbt.ref("likeness", "cluster_missing"),
        "profiles.cluster_shares": dbt.ref("likeness", "cluster_shares"),
        "profiles.cluster_correlations": dbt.ref("likeness", "cluster_correlations"),
        "profiles.segment_shares": dbt.ref("likeness", "segment_shares"),
        "profiles.part_shares": dbt.ref("likeness", "part_shares"),
        "profiles.rule_context": dbt.ref("likeness", "rule_context"),
        "profiles.source_rules": dbt.ref("likeness", "source_rules"),
        "profiles.seed_instructions": dbt.ref("likeness", "seed_instructions"),
        "staging.stg_loans": dbt.ref("likeness", "stg_loans"),
        "intermediate.int_loans__split": dbt.ref("likeness", "int_loans__split"),
        "intermediate.int_loans__clustered": dbt.ref("likeness", "int_loans__clustered"),
        "intermediate.int_value_groups__merged": dbt.ref("likeness", "int_value_groups__merged"),
        "seeds.fields": dbt.ref("fields"),
    }
    tally = stages.audit_seeds(session, dbt.config.meta_get("vars"), tables)
    return warehouse.back(session, tally.frame(), findings.COLUMNS)
