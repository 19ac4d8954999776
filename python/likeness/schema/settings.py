"""The vars of Likeness: type, default, range, unit, meaning, and what each is for.

`Settings` is the only list of them. A var whose default belongs to the table (its columns, its
rules) has none here: `dbt_project.yml` gives it. Every other default stands in both places, and a
test holds them, and the comments beside them, together. `schema/check.py` checks what is given.
"""

from typing import Any, Literal

from likeness.schema.language_models import LanguageModels
from likeness.schema.part import OF_TABLE, Columns, Part, Prefix, Text, setting

MOST_ROWS = 100_000_000
CONTEXT = "a mapping of names to {value: a column, within: a column}"


class SourceAndExports(Part):
    """source and exports"""

    loans_path: Text = setting(
        "data/loans.csv.gz",
        "csv, tsv, csv.gz or parquet, or a folder or glob of parquet; LOANS_PATH wins",
    )
    source_relation: dict[Text, Any] | None = setting(
        None,
        "a table in the file's place: {ref: model}, {source: [name, table]} or "
        "{attach: other.duckdb, table: main.loans}",
        shape="a mapping with ref, source, or attach and table",
    )
    table_dir: Text | None = setting(
        None, "the folder of fields.csv, business_rules.csv and formulas.csv; null: seeds"
    )
    schema_prefix: Prefix | None = setting(
        None,
        "what the names of all schemas begin with, such as customers_",
        shape="a name of letters, digits and underscores",
    )
    source_delimiter: Literal[",", ";", "tab", "|"] | None = setting(
        None, "what parts the fields of the source: , ; tab or |; null: found", rows=True
    )
    source_encoding: Text | None = setting(
        None, "the source's encoding, such as windows-1252; null: found where certain", rows=True
    )
    source_header_line: int | None = setting(
        None, "the line that names the columns; null: found", rows=True, ge=1, le=10_000
    )
    decimal_mark: Literal[".", ","] | None = setting(
        None, "what parts whole numbers from decimals: . or ,; null: found", rows=True
    )
    missing_markers: list[str] = setting(
        OF_TABLE, "texts that say that a value is missing, whatever their case", rows=True
    )
    markers_kept_in: Columns = setting(
        OF_TABLE, "columns in which such a text is a value", rows=True, of="columns"
    )
    max_excluded_share: float = setting(
        0.05,
        "the build stops where more of the source's rows cannot be used",
        rows=True,
        ge=0,
        le=1,
    )
    plausible_bounds: dict[Text, Any] = setting(
        OF_TABLE,
        "Rows with a number out of its bounds are left out of the source.",
        rows=True,
        of="numbers",
        shape="a mapping of columns to [least, most]",
    )
    extend_domains: dict[Text, Any] = setting(
        {},
        "values beside those of allowed_values, by column: {color: [teal]}",
        rows=True,
        of="columns",
        shape="a mapping of columns to lists of texts",
    )
    latest_year: int | None = setting(
        None,
        "Dec-15 is of the latest century that is not after it; null: the year of the build",
        rows=True,
        ge=1970,
        le=2099,
    )
    record: dict[Text, Text] = setting(
        {"one": "loan", "many": "loans"},
        "what a row is called in the lines of a build: {one: customer, many: customers}",
        shape="a mapping of one and many to words",
    )
    key_column: Text | None = setting(
        None, "a column that identifies a loan; null: the md5 of the row's texts", rows=True
    )
    missing: Literal["value", "exclude"] = setting(
        "value",
        "value: a missing value is a value; exclude: drop rows with one (the original method)",
        rows=True,
    )
    export_dir: Text = setting("exports", "the folder where files are written")
    replace_other_source: bool = setting(
        False, "true: the embedded loans may replace another source's tables and exports"
    )
    fingerprint_key: Text | None = setting(
        None,
        "the secret under which sources are fingerprinted; null: the database's own; "
        "LIKENESS_FINGERPRINT_KEY wins",
    )
    duckdb_memory: float | None = setting(
        None,
        "DuckDB takes at most so much memory; null: four fifths of the machine's",
        unit="GB",
        ge=0.25,
        le=100_000,
    )


class Preparation(Part):
    """step 1: preparation and seed instructions"""

    random_seed: int = setting(
        42, "all chance in a build comes from it", rows=True, ge=0, le=2**63 - 1
    )
    holdout_fraction: float = setting(
        0.34, "share of source rows that no profile ever sees", rows=True, ge=0.05, le=0.9
    )
    min_cell_rows: int = setting(
        20,
        "every published number rests on at least this many train rows",
        unit="rows",
        rows=True,
        ge=2,
        le=1_000_000,
    )
    min_cluster_rows: int = setting(
        100,
        "clusters that reach the seeds hold at least so many train rows",
        unit="rows",
        rows=True,
        ge=2,
        le=1_000_000,
    )
    sampling_factor: int = setting(
        20,
        "one seed instruction for so many source rows",
        unit="rows",
        rows=True,
        ge=1,
        le=1_000_000_000,
    )
    num_of_clusters: int = setting(2, "KMeans clusters within a segment", rows=True, ge=1, le=100)
    max_fit_rows: int = setting(
        100_000,
        "the clustering and the engine learn from at most so many train rows",
        unit="rows",
        rows=True,
        ge=1000,
        le=10_000_000,
    )
    segment_keys: Columns = setting(
        OF_TABLE, "KMeans works within each combination of their values", rows=True, of="columns"
    )
    segment_roles: dict[Text, Literal["ordered", "pooled", "fixed"]] = setting(
        OF_TABLE,
        "What merging small clusters does with a segment key: neighbours of an ordered one may "
        "merge (as of those not named here), values of a pooled one where they occur with the same "
        "values of the fixed ones, and no cluster ever spans two values of a fixed one.",
        rows=True,
        shape="a mapping of segment keys to ordered, pooled or fixed",
    )
    clustering_keys: Columns = setting(OF_TABLE, "what KMeans compares", rows=True, of="numbers")
    correlation_keys: Columns = setting(
        OF_TABLE,
        "a correlation is written for each pair of them",
        rows=True,
        of="numbers",
    )
    continuous_variables: Columns = setting(
        OF_TABLE,
        "described by moments and compared as numbers",
        rows=True,
        of="numbers",
    )
    categorical_variables: Columns = setting(
        OF_TABLE,
        "described by shares and compared as categories",
        rows=True,
        of="columns",
    )
    date_stand_ins: dict[Text, Text] = setting(
        OF_TABLE,
        "the variable that stands for a date",
        rows=True,
        of="columns",
        shape="a mapping of columns to the columns that stand for them",
    )
    seed_quantiles: list[Literal["p05", "p25", "p50", "p75", "p95"]] = setting(
        ["p05", "p50", "p95"],
        "quantiles of numbers that seeds state beside the moments",
        rows=True,
        shape="a list of p05, p25, p50, p75 and p95",
    )
    seeds_path: Text | None = setting(
        None, "use this SeedsInstructions.json instead of writing new seeds", rows=True
    )


class Generation(Part):
    """step 2: generation and filtering"""

    generator: Literal["offline", "sds", "openai", "file"] = setting(
        "offline", "offline, sds, openai or file", rows=True
    )
    target_rows: int | None = setting(
        None,
        "null: as many as source rows offline; source rows / sampling_factor x rows_per_seed for "
        "an LLM",
        unit="rows",
        rows=True,
        ge=1,
        le=MOST_ROWS,
    )
    engine: Text = setting(
        "likeness.synthesizer",
        "the offline engine: a Python module with fit and draw (docs/engines.md)",
        rows=True,
    )
    engine_order: Columns = setting(
        OF_TABLE,
        "The offline engine draws the segment keys first, then these, each given those before it. "
        "A category of many levels comes early: late in the order its ties to single fields are "
        "learned less well.",
        rows=True,
        of="drawn",
    )
    synthetic_path: Text | None = setting(
        None,
        "generator file: csv, tsv, parquet, jsonl or json (an SDS freeform_data_*.json) with the "
        "rows",
        rows=True,
    )
    judge: Literal["rules", "sds", "openai"] = setting(
        "rules", "rules (offline), sds or openai", rows=True
    )
    scores_path: Text | None = setting(
        None,
        "an SDS row_data_*_evaluated.json: its scores count in place of a judge's",
        rows=True,
    )
    threshold: float = setting(
        8, "rows judged below it (1 to 10) are rejected", rows=True, ge=1, le=10
    )
    enforce_rules: Literal["all", "source_true"] = setting(
        "all", "all, or source_true: only rules that every train row keeps", rows=True
    )
    emi_tolerance: float = setting(
        0.01,
        "relative error of a monthly payment that still counts as right",
        rows=True,
        ge=0,
        le=1,
    )
    emi_rounding: Literal["nearest", "up"] = setting(
        "nearest", "nearest, or up as Lending Club does", rows=True
    )


class BusinessRules(Part):
    """business rules (seeds/business_rules.csv may name any var as {name})"""

    max_revol_util: float = setting(
        OF_TABLE,
        "percent; over-limit accounts exist, this far over they do not",
        unit="percent",
        rows=True,
        ge=0,
    )
    min_annual_inc: float = setting(
        OF_TABLE, "the least that a borrower earns", unit="US dollars a year", rows=True, ge=0
    )
    max_annual_inc: float = setting(
        OF_TABLE, "the most that a borrower earns", unit="US dollars a year", rows=True, ge=0
    )
    rule_ranges: dict[Text, Any] = setting(
        OF_TABLE,
        "<name>_low and <name>_high, which a rule may name: the range of `value` within each "
        "`within`, from the train rows.",
        rows=True,
        shape=CONTEXT,
    )
    rule_patterns: dict[Text, Any] = setting(
        OF_TABLE,
        "<name>, which a rule may name: the one `value` that all train rows of each `within` have, "
        "or mixed.",
        rows=True,
        shape=CONTEXT,
    )


class Comparison(Part):
    """step 3: comparison"""

    condition_on: Columns = setting(
        OF_TABLE,
        "every other variable is compared given each level of these",
        of="categories",
    )
    missing_by: Text | None = setting(
        OF_TABLE,
        "missing values are compared overall and by this variable; null: overall only",
        of="compared",
    )
    utility_target: dict[Text, Any] | None = setting(
        OF_TABLE,
        "what a model learns to predict; null: nothing",
        shape="{variable: a column, positive: one of its levels}",
    )
    rates_by: list[Text | list[Text]] | None = setting(
        OF_TABLE,
        "the target's rate by each of these, a date by its quarter, [a, b] by both; null: by "
        "condition_on and all dates",
        shape="a list of categories and dates, each alone or two as [a, b]",
    )
    means_by: dict[Text, Any] = setting(
        OF_TABLE,
        "means of a number by a category and bands of another number: {number: [category, number]}",
        shape="a mapping of numbers to [a category, a number]",
    )
    quasi_identifiers: Columns = setting(
        OF_TABLE,
        "What may be known of a borrower from elsewhere; shared combinations are counted.",
        of="compared",
    )
    kl_bins: int = setting(
        20,
        "bins of about equal train rows, beside underflow, overflow and missing",
        unit="bins",
        ge=2,
        le=1000,
    )
    max_comparison_rows: int = setting(
        100_000,
        "pairs and conditionals are measured on at most so many rows of a source",
        unit="rows",
        ge=1000,
        le=500_000,
    )
    max_detection_rows: int = setting(
        10_000,
        "the classifiers of detection and utility learn from at most so many",
        unit="rows",
        ge=1000,
        le=500_000,
    )
    max_privacy_rows: int = setting(
        4000,
        "distances to closest records are measured among at most so many",
        unit="rows",
        ge=100,
        le=50_000,
    )


class Gates(Part):
    """gates: what the scorecard asks of the accepted rows"""

    min_rows_for_gates: int = setting(
        500,
        "below it closeness is left not_computed: noise would decide",
        unit="rows",
        ge=0,
        le=MOST_ROWS,
    )
    gates: dict[Text, Any] = setting(
        {},
        "changes of the limits in seeds/gates.csv, by metric and key (docs/vars.md)",
        shape="a mapping of metrics to the limits that change; {} changes none",
    )


PARTS = (
    SourceAndExports,
    Preparation,
    Generation,
    LanguageModels,
    BusinessRules,
    Comparison,
    Gates,
)


class Settings(
    Gates,
    Comparison,
    BusinessRules,
    LanguageModels,
    Generation,
    Preparation,
    SourceAndExports,
):
    """All vars, in the order of `PARTS`."""
