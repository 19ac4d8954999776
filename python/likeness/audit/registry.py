"""What is published about source rows: each table, and the rows that each of its numbers rests on.

A table that is not listed here turns the audit red, so that a new one can't be forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from likeness.audit.engines import MISSING
from likeness.stats.moments import STATISTICS

OTHER = "(other)"
BASIS = "basis"  # column that says at which level of back-off a cluster's number was taken
ORDER_STATISTICS = tuple(name for name in STATISTICS if name.startswith("p"))
ORDER_STATISTICS += ("low_cell_mean", "high_cell_mean")


@dataclass(frozen=True)
class Published:
    """One table of numbers about source rows.

    A row of it rests on the rows of a source (`train`, `holdout`) that agree with it in `keys`
    (column of the table -> column of the source rows) and in `named` (pairs of columns: one names
    a column of the source rows, the other holds its value), and whose `variables` (columns that
    name columns) are filled; with `category`, those whose variable has that value. `of` gives by
    source the columns that rest on it, `counts` the column that prints how many; `source` is the
    column that says it where the column does not. `order_statistics` and `edges` must be
    no row's own value. `where` leaves rows out; `rest_shown` is False where shares are made so that
    the rows left out can't be counted. Of a table that is not additive (distances) only the counts
    of two groups can be subtracted from each other. One that is `sampled` rests on at most var
    max_comparison_rows rows of a source.
    """

    table: str
    of: Mapping[str, tuple[str, ...]]
    keys: Mapping[str, str] = field(default_factory=dict)
    named: tuple[tuple[str, str], ...] = ()
    variables: tuple[str, ...] = ()
    category: str = ""
    counts: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    where: str = "true"
    order_statistics: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    rest_shown: bool = True
    of_all_rows: bool = False
    is_additive: bool = True
    sampled: bool = False


def train(*columns: str) -> dict[str, tuple[str, ...]]:
    """Columns that rest on train rows alone."""
    return {"train": columns}


def both(of_train: tuple[str, ...], of_holdout: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Columns that rest on train rows, and those that rest on holdout rows."""
    return {"train": of_train, "holdout": of_holdout}


CLUSTER = {"cluster_id": "cluster_id"}
LEVEL = (("condition", "level"),)
SIZES = {"train": "n_train", "holdout": "n_holdout"}
OF_SOURCE = both(STATISTICS, STATISTICS)
COUNT_OF_SOURCE = {"train": "n", "holdout": "n"}


def published(variables: Mapping[str, object]) -> list[Published]:
    """The registry, for the vars of the project."""
    period = {"period": str(variables["missing_by"])}
    return [
        Published(
            "profiles.clusters",
            train("n_rows"),
            CLUSTER,
            counts={"train": "n_rows"},
            of_all_rows=True,
        ),
        Published(
            "profiles.cluster_moments",
            train(*STATISTICS),
            CLUSTER,
            variables=("variable",),
            counts={"train": "n"},
            order_statistics=ORDER_STATISTICS,
        ),
        Published(
            "profiles.cluster_correlations",
            train("correlation"),
            CLUSTER,
            variables=("variable_x", "variable_y"),
            counts={"train": "n"},
        ),
        Published(
            "profiles.cluster_shares",
            train("share", "rest_share"),
            CLUSTER,
            variables=("variable",),
            category="category",
            counts={"train": "n_rows"},
        ),
        Published(
            "profiles.cluster_missing",
            train("share"),
            CLUSTER,
            variables=("variable",),
            category=MISSING,
            counts={"train": "n_missing"},
        ),
        Published(
            "profiles.segment_shares",
            train("share"),
            CLUSTER,
            variables=("variable",),
            category="value",
            counts={"train": "n_rows"},
            where="basis = 'cluster'",
        ),
        Published(
            "profiles.part_shares",
            train("share"),
            variables=("variable",),
            category="category",
            counts={"train": "n_rows"},
        ),
        Published(
            "profiles.rule_context",
            train("low", "high", "pattern"),
            named=(("within_column", "within_value"),),
            variables=("value_column",),
            edges=("low", "high"),
            where="within_value is not null",
        ),
        Published(
            "profiles.seed_instructions",
            train("n_rows"),
            CLUSTER,
            counts={"train": "n_rows"},
            where="cluster_id is not null",
            of_all_rows=True,
        ),
        Published(
            "marts.comparison_moments",
            OF_SOURCE,
            variables=("variable",),
            counts=COUNT_OF_SOURCE,
            source="source",
            order_statistics=ORDER_STATISTICS,
        ),
        Published(
            "marts.comparison_moment_differences",
            both(("difference",), ("difference_holdout",)),
            variables=("variable",),
        ),
        Published(
            "marts.comparison_kl_divergence",
            both(("kl_divergence", "psi"), ("kl_divergence_holdout", "psi_holdout")),
            variables=("variable",),
        ),
        Published(
            "marts.comparison_shapes",
            both(("similarity",), ("similarity_holdout",)),
            variables=("variable",),
        ),
        Published(
            "marts.comparison_correlations",
            both(("train", "difference"), ("holdout", "difference_holdout")),
            variables=("variable_1", "variable_2"),
            sampled=True,
        ),
        Published(
            "marts.comparison_pair_trends",
            both(("similarity",), ("similarity_holdout",)),
            variables=("variable_1", "variable_2"),
            sampled=True,
        ),
        Published(
            "marts.comparison_shares",
            both(("train",), ("holdout",)),
            variables=("variable",),
            category="category",
            where="kind = 'category'",
            rest_shown=False,
        ),
        Published(
            "marts.comparison_shares",
            both(("train",), ("holdout",)),
            variables=("variable",),
            where="kind = 'number'",
            edges=("lower", "upper"),
        ),
        Published(
            "marts.comparison_missing",
            both(("train",), ("holdout",)),
            period,
            variables=("variable",),
            category=MISSING,
            rest_shown=False,
        ),
        Published(
            "marts.comparison_missing",
            both(("n_train",), ("n_holdout",)),
            period,
            counts=SIZES,
            of_all_rows=True,
        ),
        Published(
            "marts.comparison_conditionals",
            both(("distance",), ("distance_holdout",)),
            named=LEVEL,
            counts=SIZES,
            where="metric <> 'ks_statistic'",
            of_all_rows=True,
            is_additive=False,
            sampled=True,
        ),
        Published(
            "marts.comparison_conditionals",
            both(("distance",), ("distance_holdout",)),
            named=LEVEL,
            variables=("variable",),
            counts=SIZES,
            where="metric = 'ks_statistic'",
            is_additive=False,
            sampled=True,
        ),
        Published(
            "marts.comparison_conditional_moments",
            OF_SOURCE,
            named=LEVEL,
            variables=("variable",),
            counts=COUNT_OF_SOURCE,
            source="source",
            order_statistics=ORDER_STATISTICS,
            sampled=True,
        ),
        Published(
            "marts.comparison_conditional_shares",
            both(("train",), ("holdout",)),
            named=LEVEL,
            variables=("variable",),
            category="category",
            rest_shown=False,
            sampled=True,
        ),
    ]


# Numbers on all rows of a source at once, and tables made from audited ones.
ON_ALL_ROWS = (
    "marts.comparison_columns",
    "marts.comparison_detection",
    "marts.comparison_utility",
    "marts.comparison_privacy",
    "marts.disclosure",
    "marts.quality_scorecard",
    "marts.quality_history",
    "marts.quality_gates",
    "marts.largest_deviations",
    "marts.generation_funnel",
    "marts.exports",
    "marts.marts_copy",
    "marts.report",
    "marts.generation_run",
)
# Read by checks of their own: rules, rates of the target, rows of the synthetic table, the engine's
# tables (views).
READ_APART = (
    "profiles.source_rules",
    "marts.comparison_rates",
    "marts.synthetic_loans",
    "marts.synthetic_loans_typed",
)
# Made of seeds and vars alone: no number in them is about a source row.
WITHOUT_ROWS = ("profiles.source_formulas",)
ENGINE_TABLES = "profiles.engine_"
SCHEMAS = ("profiles.", "marts.")
