"""What the metrics of the scorecard mean, and the signs of their status."""

MEANINGS = {
    "accepted_rows": "synthetic rows that passed every check",
    "acceptance_rate": "share of received rows that were accepted",
    "rows_delivered": "accepted rows over rows asked for",
    "format_errors": "findings of format in the table as exported",
    "broken_rules": "enforced business rules broken in the table as exported",
    "emi_to_the_cent": "share of exported rows whose monthly payment is the formula's",
    "emi_right_as_generated": "share of received rows whose monthly payment was right",
    "lost_categories": "real categories that should occur and do not",
    "column_shapes": "mean similarity of single columns, 0 to 1",
    "mean_difference": "largest difference of a mean, in standard deviations",
    "kl_divergence": "largest KL divergence of a column, in nats",
    "missing_difference": "largest difference of a share of missing values",
    "pair_trends": "mean similarity of pairs of columns, 0 to 1",
    "quality_score": "mean of column shapes and pair trends",
    "correlation_difference": "mean absolute difference of correlations",
    "conditional_distance": "mean distance of columns given the conditions",
    "detection_auc": "how well a classifier tells synthetic from real rows; 0.5: not at all",
    "utility_ratio": "how well a model learns from synthetic rows, over how well from real ones",
    "exact_copies": "share of rows equal to a real row",
    "quasi_identifiers_shared": "share of rows with a rare combination that some borrower has",
    "dcr_share": "share of rows closer to a train than to a holdout row; 0.5 is best",
    "dcr_p05": "distance to the closest real row, fifth percentile",
    "nndr": "distance to the closest over the second closest real row, mean",
}
SIGNS = {
    "pass": "✓ pass",
    "warn": "! warn",
    "fail": "✕ FAIL",
    "not_computed": "– not computed",
    "no_limit": "– no limit",
}
