"""Old names of what a user may have written down, and the new ones they stop with.

The same names in an existing database are changed by `macros/source/rename_old_names.sql`.
"""

METRICS = {
    "broken_rules": "rule_violations",
    "emi_to_the_cent": "formula_exact",
    "emi_right_as_generated": "formula_exact_as_generated",
    "lost_categories": "missing_categories",
    "exact_copies": "identical_match_share",
    "worst_pairs_distance": "worst_pairs_tvd",
    "utility_ratio": "tstr_ratio",
    "correlation_difference": "mean_abs_correlation_difference",
    "mean_difference": "standardized_mean_difference",
}
VALUES = {
    "generator": {"profile": "offline"},
    "engine": {"likeness.offline": "likeness.synthesizer"},
}


def problem_with_old_value(name: str, value: object) -> str:
    """One sentence if `value` is an old name for a value of the var `name`, or ''."""
    new = VALUES.get(name, {}).get(value) if isinstance(value, str) else None
    return f"var {name} is {value!r}, which is now called {new}: say {name}: {new}." if new else ""
