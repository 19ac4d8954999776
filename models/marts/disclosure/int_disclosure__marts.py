from likeness import warehouse
from likeness.audit import findings, stages


def model(dbt, session):
    dbt.config(materialized="table")
    # The audit reads them by name; here they say what has to be made before it.
    tables = {
        "marts.comparison_conditional_moments": dbt.ref("comparison_conditional_moments"),
        "marts.comparison_conditional_shares": dbt.ref("comparison_conditional_shares"),
        "marts.comparison_conditionals": dbt.ref("comparison_conditionals"),
        "marts.comparison_correlations": dbt.ref("comparison_correlations"),
        "marts.comparison_kl_divergence": dbt.ref("comparison_kl_divergence"),
        "marts.comparison_missing": dbt.ref("comparison_missing"),
        "marts.comparison_moment_differences": dbt.ref("comparison_moment_differences"),
        "marts.comparison_moments": dbt.ref("comparison_moments"),
        "marts.comparison_pair_trends": dbt.ref("comparison_pair_trends"),
        "marts.comparison_shapes": dbt.ref("comparison_shapes"),
        "marts.comparison_shares": dbt.ref("comparison_shares"),
        "marts.comparison_target_rates": dbt.ref("comparison_target_rates"),
        "marts.synthetic_loans": dbt.ref("synthetic_loans"),
        "marts.synthetic_loans_typed": dbt.ref("synthetic_loans_typed"),
        "profiles.clusters": dbt.ref("clusters"),
        "profiles.cluster_moments": dbt.ref("cluster_moments"),
        "profiles.cluster_missing": dbt.ref("cluster_missing"),
        "profiles.cluster_shares": dbt.ref("cluster_shares"),
        "profiles.cluster_correlations": dbt.ref("cluster_correlations"),
        "profiles.segment_shares": dbt.ref("segment_shares"),
        "profiles.seed_instructions": dbt.ref("seed_instructions"),
        "staging.stg_loans": dbt.ref("stg_loans"),
        "intermediate.int_loans__split": dbt.ref("int_loans__split"),
        "intermediate.int_loans__clustered": dbt.ref("int_loans__clustered"),
        "intermediate.int_clusters__groups": dbt.ref("int_clusters__groups"),
        "seeds.fields": dbt.ref("fields"),
        "seeds.states": dbt.ref("states"),
    }
    tally = stages.audit_marts(session, dbt.config.meta_get("vars"), tables)
    return warehouse.back(session, tally.frame(), findings.COLUMNS)
