from likeness import warehouse
from likeness.builds.publishing import exports


def model(dbt, session):
    dbt.config(materialized="table")
    marts = {
        "comparison_conditional_moments": dbt.ref("comparison_conditional_moments"),
        "comparison_conditional_shares": dbt.ref("comparison_conditional_shares"),
        "comparison_conditionals": dbt.ref("comparison_conditionals"),
        "comparison_correlations": dbt.ref("comparison_correlations"),
        "comparison_detection": dbt.ref("comparison_detection"),
        "comparison_detection_features": dbt.ref("comparison_detection_features"),
        "comparison_kl_divergence": dbt.ref("comparison_kl_divergence"),
        "comparison_missing": dbt.ref("comparison_missing"),
        "comparison_moment_differences": dbt.ref("comparison_moment_differences"),
        "comparison_moments": dbt.ref("comparison_moments"),
        "comparison_pair_trends": dbt.ref("comparison_pair_trends"),
        "comparison_privacy": dbt.ref("comparison_privacy"),
        "comparison_shapes": dbt.ref("comparison_shapes"),
        "comparison_shares": dbt.ref("comparison_shares"),
        "comparison_target_rates": dbt.ref("comparison_target_rates"),
        "comparison_utility": dbt.ref("comparison_utility"),
        "disclosure": dbt.ref("disclosure"),
        "generation_funnel": dbt.ref("generation_funnel"),
        "quality_history": dbt.ref("quality_history"),
        "quality_scorecard": dbt.ref("quality_scorecard"),
        "synthetic_loans": dbt.ref("synthetic_loans"),
        "synthetic_loans_typed": dbt.ref("synthetic_loans_typed"),
        "largest_deviations": dbt.ref("largest_deviations"),
    }
    history = marts["quality_history"]
    source = warehouse.records(history.order("built_at desc"), limit=1)[0]["source_fingerprint"]
    marts = exports.of_build(marts, dbt.config.meta_get("generator"), source)
    tables = exports.write_copy(session, marts, dbt.config.meta_get("export_dir"))
    return warehouse.back(session, tables, {"name": "varchar", "rows": "bigint"})
