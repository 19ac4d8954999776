from likeness import warehouse
from likeness.builds.publishing import exports


def model(dbt, session):
    dbt.config(materialized="table")
    marts = {
        "comparison_columns": dbt.ref("likeness", "comparison_columns"),
        "comparison_conditional_moments": dbt.ref("likeness", "comparison_conditional_moments"),
        "comparison_conditional_shares": dbt.ref("likeness", "comparison_conditional_shares"),
        "comparison_conditionals": dbt.ref("likeness", "comparison_conditionals"),
        "comparison_correlations": dbt.ref("likeness", "comparison_correlations"),
        "comparison_detection": dbt.ref("likeness", "comparison_detection"),
        "comparison_kl_divergence": dbt.ref("likeness", "comparison_kl_divergence"),
        "comparison_missing": dbt.ref("likeness", "comparison_missing"),
        "comparison_moment_differences": dbt.ref("likeness", "comparison_moment_differences"),
        "comparison_moments": dbt.ref("likeness", "comparison_moments"),
        "comparison_pair_trends": dbt.ref("likeness", "comparison_pair_trends"),
        "comparison_privacy": dbt.ref("likeness", "comparison_privacy"),
        "comparison_rates": dbt.ref("likeness", "comparison_rates"),
        "comparison_shapes": dbt.ref("likeness", "comparison_shapes"),
        "comparison_shares": dbt.ref("likeness", "comparison_shares"),
        "comparison_utility": dbt.ref("likeness", "comparison_utility"),
        "disclosure": dbt.ref("likeness", "disclosure"),
        "gates": dbt.ref("likeness", "gates"),
        "generation_funnel": dbt.ref("likeness", "generation_funnel"),
        "largest_deviations": dbt.ref("likeness", "largest_deviations"),
        "int_synthetic__verdicts": dbt.ref("likeness", "int_synthetic__verdicts"),
        "quality_history": dbt.ref("likeness", "quality_history"),
        "quality_scorecard": dbt.ref("likeness", "quality_scorecard"),
        "source_rules": dbt.ref("likeness", "source_rules"),
        "synthetic_loans": dbt.ref("likeness", "synthetic_loans"),
        "synthetic_loans_typed": dbt.ref("likeness", "synthetic_loans_typed"),
    }
    history = marts["quality_history"]
    source = warehouse.records(history.order("built_at desc"), limit=1)[0]["source_fingerprint"]
    marts = exports.of_build(marts, dbt.config.meta_get("generator"), source)
    prefix = dbt.this.schema.removesuffix("marts")
    schemas = [prefix + layer for layer in ("marts", "profiles", "intermediate", "seeds")]
    tables = exports.write_copy(session, marts, dbt.config.meta_get("export_dir"), schemas=schemas)
    return warehouse.back(session, tables, {"name": "varchar", "rows": "bigint"})
