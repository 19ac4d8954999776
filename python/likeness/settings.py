"""What the vars of `dbt_project.yml` may be."""

from collections.abc import Mapping
from pathlib import Path

from likeness.llm.options import Options

CHOICES = {
    "missing": ("value", "exclude"),
    "generator": ("profile", "sds", "openai", "file"),
    "judge": ("rules", "sds", "openai"),
    "enforce_rules": ("all", "source_true"),
    "emi_rounding": ("nearest", "up"),
}
WHOLE_NUMBERS = {
    "random_seed": (0, 2**63 - 1),
    "min_cell_rows": (2, 1_000_000),
    "sampling_factor": (1, 1_000_000_000),
    "num_of_clusters": (1, 100),
    "max_fit_rows": (1000, 10_000_000),
    "rows_per_seed": (1, 1000),
    "target_rows": (1, 10_000_000_000),
    "kl_bins": (2, 1000),
    "max_comparison_rows": (1000, 500_000),
    "max_detection_rows": (1000, 500_000),
    "max_privacy_rows": (100, 50_000),
}
NUMBERS = {
    "holdout_fraction": (0.05, 0.9),
    "threshold": (1, 10),
    "emi_tolerance": (0.0, 1.0),
}
OPTIONAL = ("target_rows",)
LISTS = (
    "segment_keys",
    "clustering_keys",
    "correlation_keys",
    "continuous_variables",
    "categorical_variables",
    "condition_on",
    "quasi_identifiers",
)


def problem_with_vars(values: Mapping[str, object], columns: list[str]) -> str:
    """One sentence about the first var that is not what it may be, or ''.

    `columns` are the names a list of variables may hold.
    """
    for name, allowed in CHOICES.items():
        if name in values and values[name] not in allowed:
            return f"var {name} is {values[name]!r}: it must be one of {', '.join(allowed)}."
    for name, (low, high) in (WHOLE_NUMBERS | NUMBERS).items():
        value = values.get(name)
        if value is None and (name not in values or name in OPTIONAL):
            continue
        whole = name in WHOLE_NUMBERS
        sound = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not sound or not low <= value <= high:
            kind = "a whole number" if whole else "a number"
            return f"var {name} is {value!r}: it must be {kind} from {low} to {high}."
    for name in LISTS:
        value = values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return f"var {name} is {value!r}: it must be a list of column names."
        unknown = [item for item in value if item not in columns]
        if unknown:
            return f"var {name} names {unknown[0]!r}, which is no column of staging.stg_loans."
    if len(values.get("segment_keys", ["", "", ""])) != 3:
        return (
            "var segment_keys must name three columns: an ordered one, a pooled one, a fixed one."
        )
    path = values.get("seeds_path")
    if path and not Path(str(path)).is_file():
        return f"var seeds_path is {str(path)!r}: there is no such file."
    return Options.problem(values)
