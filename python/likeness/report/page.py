"""The report as one HTML page: no script, no network, readable on a phone and on paper."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from likeness.report import columns, summary
from likeness.report.canvas import COLOURS
from likeness.report.findings import short
from likeness.report.listed import Listed, listed, scorecard
from likeness.report.templating import render
from likeness.report.verdict import verdict
from likeness.report.words import MEANINGS

PARTS = ("rates", "models", "maps", "grids", "distances", "boxes", "numbers", "categories")
VERDICT_FROM, VERDICT_TO = "<!-- verdict -->", "<!-- end of verdict -->"
DEVIATIONS = {
    "subject": "Subject",
    "distance": "Distance",
    "reference": "Real",
    "deviation_beyond_holdout": "Beyond",
}
FUNNEL = {"stage": "Stage", "reason": "Reason", "rows": "Rows", "share": "Share"}
FEATURES = {"feature": "Column", "importance": "Loss of AUC"}
TWO = {"name": "Name", "value": "Value"}
RULES = {"sentence": "Rule", "shown": "Train rows that break it", "is_enforced": "Enforced"}
MODELS = {"measure": "On holdout rows", "synthetic": "Trained on synthetic", "train": "On real"}
MEANS = {
    "measure": "Mean",
    "level": "Where",
    "train": "Real",
    "holdout": "Holdout",
    "synthetic": "Synthetic",
}
MARGINALS = {"of": "Accuracy of", "synthetic": "Synthetic", "holdout": "Real holdout"}
DISCLOSURE = {
    "file": "File",
    "audited_table": "Table",
    "smallest_cell": "Fewest real rows behind a number",
}
# The dimensions of the scorecard that each section of the page prints, each metric once.
SECTIONS = {
    "rules": ("rules",),
    "utility": ("utility", "conditional"),
    "shape": ("shape",),
    "pair": ("pair", "detection"),
    "privacy": ("privacy",),
}
ELSEWHERE = ("trivariate_accuracy",)


class About(NamedTuple):
    """What the page says beside the marts; `source` and `target` are names."""

    generator: str
    min_cell_rows: int
    source: str = ""
    target: str | None = None


def page(
    about: About,
    tables: Mapping[str, pd.DataFrame],
    images: Mapping[str, Sequence[tuple[str, bytes]]] | None,
    versions: Mapping[str, str],
) -> str:
    """The whole page.

    `tables`: scorecard, funnel, worst, privacy, columns, shares, rates, utility, detection, rules,
    history (columns as in the marts), features (of `columns`), excluded (as
    staging.stg_loans__excluded_counts), disclosure (as the mart) and gates (metric, meaning,
    advice). `images`: (title, SVG) under each of PARTS; None for a page without pictures, which
    shows no distributions either.
    """
    meanings = MEANINGS | dict(tables["gates"][["metric", "meaning"]].to_numpy())
    card, history = tables["scorecard"], tables["history"]
    shares = tables["shares"] if images is not None else tables["shares"].iloc[:0]
    notes = dict(_notes(tables["privacy"]))
    return render(
        "report",
        about=about,
        facts=list(facts(about, history, tables["excluded"])),
        verdict=verdict(card),
        verdict_from=VERDICT_FROM,
        verdict_to=VERDICT_TO,
        tiles=summary.tiles(card),
        uses=summary.uses(card, about.target),
        defects=summary.defects(
            card, tables["worst"], shares, tables["gates"], about.generator == "file"
        ),
        rules=listed(broken_rules(tables["rules"]), RULES),
        metrics={name: _metrics(card, of, meanings, notes) for name, of in SECTIONS.items()},
        funnel=listed(tables["funnel"], FUNNEL),
        figures=None if images is None else _figures(images),
        models=listed(models(tables["utility"]), MODELS),
        means=listed(means(tables["rates"]), MEANS),
        columns=columns.table(tables["columns"], shares, COLOURS),
        marginals=listed(marginals(tables["detection"]), MARGINALS),
        deviations=[
            (kind, listed(_in_points(kind, rows), DEVIATIONS))
            for kind, rows in tables["worst"].groupby("kind", sort=False)
        ],
        features=listed(tables["features"], FEATURES),
        disclosure=listed(tables["disclosure"], DISCLOSURE),
        settings=listed(settings_rows(history), TWO),
        origin=listed(origin_rows(history, tables["excluded"], versions), TWO),
    )


def facts(about: About, history: pd.DataFrame, excluded: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """What the page is about, as pairs of a name and a text."""
    for build in history.to_dict("records"):
        yield "built", f"{build['built_at']:%Y-%m-%d %H:%M} UTC" if "built_at" in build else ""
        rows = f"{short(build['source_rows'])} rows"
        yield "source", f"{about.source}, {rows}" if about.source else rows
        yield "synthetic", f"{short(build['synthetic_rows'])} rows of {build['model']}"
    yield "generator", about.generator
    for reason, shown in zip(excluded["reason"], excluded["n_shown"], strict=True):
        if reason == "all":
            yield "left out of the source", f"{shown} rows"


def broken_rules(rules: pd.DataFrame) -> pd.DataFrame:
    """Rules that train rows break, the most broken first."""
    broken = rules[(rules["n_broken"].fillna(0) > 0) | rules["reason"].notna()]
    broken = broken.sort_values(["share_broken", "rule_id"], ascending=[False, True])
    enforced = ["yes" if value else "no" for value in broken["is_enforced"]]
    return broken.assign(shown=broken["n_broken_shown"], is_enforced=enforced)


def models(utility: pd.DataFrame) -> pd.DataFrame:
    """Gini, KS, Brier score and calibration error of both models; no rows without a target."""
    words = {
        "gini": "Gini (2 AUC - 1)",
        "ks": "KS of the scores of both classes",
        "brier": "Brier score; 0 is best",
        "calibration_error": "calibration error; 0 is best",
    }
    rows = [
        (word, row[f"{name}_synthetic"], row[f"{name}_train"])
        for row in utility[utility["target"].notna()].to_dict("records")
        for name, word in words.items()
    ]
    return pd.DataFrame(rows, columns=list(MODELS))


def means(rates: pd.DataFrame) -> pd.DataFrame:
    """Means by two conditions, a row each."""
    rows = rates[rates["measure"].astype(str).str.startswith("mean of ")].dropna(subset=["train"])
    level = [
        f"{row.variable_1} {row.level_1}, {row.variable_2} {row.level_2}"
        for row in rows.itertuples()
    ]
    return rows.assign(level=level)


def marginals(detection: pd.DataFrame) -> pd.DataFrame:
    """Accuracy of marginals and the scores that go with it; no rows where nothing is known."""
    words = {
        "univariate_accuracy": "single columns",
        "bivariate_accuracy": "pairs of columns",
        "trivariate_accuracy": "three columns",
        "k_marginal_score": "k-marginal score (of 1,000)",
    }
    rows = [
        (word, row[name], row[f"{name}_holdout"])
        for row in detection.to_dict("records")
        for name, word in words.items()
        if pd.notna(row[name])
    ]
    return pd.DataFrame(rows, columns=list(MARGINALS))


def _in_points(kind: object, rows: pd.DataFrame) -> pd.DataFrame:
    """Differences of rates as percentage points, written so."""
    if kind != "rate":
        return rows
    numbers = ["distance", "reference", "deviation_beyond_holdout"]
    texts = {
        name: [f"{100 * v:.1f} points" if pd.notna(v) else "" for v in rows[name]]
        for name in numbers
    }
    return rows.assign(**texts)


class Metrics(NamedTuple):
    """Rows of the scorecard of one section: those to look at, and those that are well."""

    open: Listed
    folded: Listed


def _metrics(
    card: pd.DataFrame,
    dimensions: Sequence[str],
    meanings: Mapping[str, str],
    notes: Mapping[str, str],
) -> Metrics:
    rows = card[card["dimension"].isin(dimensions) & ~card["metric"].isin(ELSEWHERE)]
    bad = rows["status"].isin(["fail", "warn"])
    return Metrics(scorecard(rows[bad], meanings, notes), scorecard(rows[~bad], meanings, notes))


def _notes(privacy: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """By metric its interval and the rows that it rests on."""
    for row in privacy.to_dict("records"):
        said = []
        if pd.notna(row["value_low"]):
            ends = f"{short(row['value_low'])} to {short(row['value_high'])}"
            said.append(f"95 % interval {ends}")
        if pd.notna(row["n_used"]):
            said.append(f"{short(row['n_used'])} rows used")
        yield row["metric"], "; ".join(said)


def _figures(images: Mapping[str, Sequence[tuple[str, bytes]]]) -> dict[str, list[dict]]:
    return {part: [{"title": title, "svg": svg} for title, svg in images[part]] for part in PARTS}


def settings_rows(history: pd.DataFrame) -> pd.DataFrame:
    """The vars of the last build as rows of name and value; `history` has one row or none."""
    if history.empty:
        return pd.DataFrame(columns=["name", "value"])
    used = json.loads(history["settings"].iloc[0])
    values = {
        name: ", ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in used.items()
    }
    return pd.DataFrame(
        [(name, "none" if value is None else str(value)) for name, value in values.items()],
        columns=["name", "value"],
    )


def origin_rows(
    history: pd.DataFrame, excluded: pd.DataFrame, versions: Mapping[str, str]
) -> pd.DataFrame:
    """What the rows come from and were made with, as rows of name and value.

    `excluded`: reason (or all) and n_shown, the text of how many source rows were left out.
    """
    rows = [] if history.empty else list(_origin(history.iloc[0]))
    for reason, shown in zip(excluded["reason"], excluded["n_shown"], strict=True):
        rows.append((f"source rows left out, {reason}", shown))
    rows += [(f"version of {name}", version) for name, version in versions.items()]
    return pd.DataFrame(rows, columns=["name", "value"])


def _origin(build: pd.Series) -> Iterator[tuple[str, object]]:
    yield "source fingerprint", build["source_fingerprint"]
    yield "build", build.get("build_id", "")
    yield "generator", f"{build['generator']} ({build['model']})"
    yield "judge", build["judge"]
    yield "settings fingerprint", build["settings_fingerprint"]
