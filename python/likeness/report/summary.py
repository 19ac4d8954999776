"""What a decision needs first: five tiles, what the table is fit for, and the largest defects."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from likeness.report.findings import short

ORDER = ("fail", "warn", "not_computed", "off", "pass")
LARGEST = 5
MEASURES = {
    "KSComplement": "KS distance",
    "TVComplement": "TVD",
    "ks_statistic": "KS distance",
    "total_variation_distance": "TVD",
}


class Tile(NamedTuple):
    """One of the five: a word for its dimensions; the metric at fault, or its headline one."""

    name: str
    status: str
    word: str
    metric: str
    value: str
    reference: str


class Use(NamedTuple):
    """Something the table may be used for: fit, with care, not fit, or not known; and why."""

    name: str
    status: str
    word: str
    why: str


class Defect(NamedTuple):
    """What is wrong or furthest off: a sentence, and what the gates say to it."""

    status: str
    sentence: str
    advice: str


# Name of the tile, dimensions of the scorecard, headline metrics (the first that has a value), and
# the words for pass, warn and fail.
TILES = (
    ("Validity", ("rules",), ("rule_violations",), ("sound", "look at it", "broken")),
    (
        "Fidelity",
        ("shape", "pair", "conditional"),
        ("quality_score", "column_shapes"),
        ("close", "some way off", "far off"),
    ),
    ("Detection", ("detection",), ("detection_auc",), ("hard to tell", "can be told", "obvious")),
    ("Utility", ("utility",), ("tstr_ratio",), ("learns as well", "learns less", "learns badly")),
    (
        "Privacy",
        ("privacy",),
        ("identical_match_share", "dcr_share"),
        ("protected", "look at it", "gives rows away"),
    ),
)
USES = (
    ("tests, demos and load tests in the source's format", ("rules",), ()),
    ("counts and distributions of single columns", ("shape",), ()),
    (
        "tables by segment and ties between columns",
        ("pair", "conditional"),
        ("missing_categories",),
    ),
    (
        "developing models of {target}",
        ("utility",),
        ("target_rate_difference", "missing_categories"),
    ),
    ("people who may not see the source", ("privacy",), ()),
)
# Whoever may see it, a table that gives real rows away is fit for nothing.
VETO = "privacy"
PERCENT = ("identical_match_share", "quasi_identifiers_shared")
FROM_ELSEWHERE = "ask whoever made the rows: Likeness has only judged them"
WORDS = {"pass": "fit", "warn": "with care", "fail": "not fit", "not_computed": "not known"}
# The kind of largest_deviations that explains a metric.
KINDS = {
    "target_rate_difference": "rate",
    "association_increase": "association",
    "worst_pairs_tvd": "pair",
    "pair_trends": "pair",
    "pair_trends_all": "pair",
    "conditional_distance": "variable in a segment",
    "column_shapes": "variable",
    "kl_divergence": "variable",
    "psi": "variable",
    "quality_score": "variable",
}


def worst(statuses: Sequence[str]) -> str:
    """The worst status of several, those without a limit counting as pass; not_computed if none."""
    known = [status for status in ORDER if status in statuses]
    return known[0] if known else "not_computed"


def tiles(scorecard: pd.DataFrame) -> list[Tile]:
    """The five tiles of a scorecard."""
    made = []
    for name, dimensions, headlines, words in TILES:
        rows = scorecard[scorecard["dimension"].isin(dimensions)]
        known = [r for m in headlines for r in rows[rows["metric"] == m].to_dict("records")]
        filled = [row for row in known if pd.notna(row["value"])] or known
        # What could not be computed beside what could is said elsewhere.
        computed = [status for status in rows["status"] if status not in ("not_computed", "off")]
        status = worst(computed)
        word = dict(zip(("pass", "warn", "fail"), words, strict=True)).get(status, "not measured")
        at_fault = rows[rows["status"] == status].to_dict("records")
        if status in ("fail", "warn") and at_fault:
            filled = at_fault  # what a word is about stands below it
        one = filled[0] if filled else {"metric": "", "value": None, "reference": None}
        value, reference = short(one["value"], 4), short(one["reference"], 4)
        made.append(Tile(name, status, word, one["metric"], value or "–", reference or "–"))
    return made


def uses(scorecard: pd.DataFrame, target: str | None) -> list[Use]:
    """What the table is fit for, by the gates; models only where there is a `target`.

    Where a gate of privacy fails, it is fit for nothing.
    """
    made = []
    failed = scorecard["status"] == "fail"
    vetoed = scorecard.loc[failed & (scorecard["dimension"] == VETO), "metric"].tolist()
    for name, dimensions, metrics in USES:
        if "{target}" in name and not target:
            continue
        inside = scorecard["dimension"].isin(dimensions) | scorecard["metric"].isin(metrics)
        rows = scorecard[inside]
        status = worst([status for status in rows["status"] if status != "off"])
        counted = [s for s in rows["status"] if s not in ("off", "not_computed")]
        if status == "not_computed" and counted:
            status = worst(counted)
        named = rows.loc[rows["status"] == status, "metric"].tolist()
        if vetoed:
            named = list(dict.fromkeys([*vetoed, *(named if status == "fail" else [])]))
            status = "fail"
        why = "" if status == "pass" else ", ".join(named)
        made.append(Use(name.format(target=target), status, WORDS.get(status, "not known"), why))
    return made


def defects(
    scorecard: pd.DataFrame,
    deviations: pd.DataFrame,
    shares: pd.DataFrame,
    gates: pd.DataFrame,
    is_from_file: bool = False,
) -> list[Defect]:
    """Metrics that failed or warned, each with what it comes from; else what lies furthest off.

    Those of privacy come first. `gates` has metric, meaning and advice; `deviations` and `shares`
    as in the marts. No var mends rows that come from a file.
    """
    first = scorecard["dimension"] != VETO
    scorecard = scorecard.assign(_place=first).sort_values("_place", kind="stable")
    known = gates.set_index("metric")
    made = []
    for status in ("fail", "warn"):
        for row in scorecard[scorecard["status"] == status].to_dict("records"):
            has = row["metric"] in known.index
            meaning = known.at[row["metric"], "meaning"] if has else row["metric"]
            advice = known.at[row["metric"], "advice"] if has and "advice" in known else ""
            advice = FROM_ELSEWHERE if is_from_file else advice
            reason = row.get("reason")
            value, reference = (_value(row["metric"], row[name]) for name in ("value", "reference"))
            beside = f" (reference {reference})" if pd.notna(row["reference"]) else ""
            sentence = f"{row['metric']} is {value}{beside}: {meaning}."
            cause = _cause(KINDS.get(row["metric"]), deviations, shares)
            if isinstance(reason, str) and reason:
                sentence += f" {reason}."
            made.append(Defect(status, " ".join([sentence, *cause]), advice))
    return made or [Defect("pass", text, "") for text in furthest(deviations, shares)]


def _value(metric: str, value: float) -> str:
    """A metric's value in words: a share of rows in percent."""
    return f"{short(100 * value)} %" if metric in PERCENT and pd.notna(value) else short(value)


def _cause(kind: str | None, deviations: pd.DataFrame, shares: pd.DataFrame) -> list[str]:
    rows = deviations[(deviations["kind"] == kind)].sort_values("rank") if kind else deviations[:0]
    return [f"Largest: {_sentence(row, shares)}." for row in rows.head(1).to_dict("records")]


def furthest(deviations: pd.DataFrame, shares: pd.DataFrame) -> Iterator[str]:
    """A sentence for the worst of each kind that lies beyond what the holdout shows."""
    first = deviations[(deviations["rank"] == 1) & (deviations["deviation_beyond_holdout"] > 0)]
    first = first.sort_values("deviation_beyond_holdout", ascending=False)
    for row in first.head(LARGEST).to_dict("records"):
        yield _sentence(row, shares) + "."


def _sentence(row: Mapping, shares: pd.DataFrame) -> str:
    distance, reference = row["distance"], row["reference"]
    if row["kind"] == "rate":
        beside = f", the holdout's {short(100 * reference)}" if pd.notna(reference) else ""
        return f"{row['subject']}: the rate is {short(100 * distance)} points off{beside}"
    beside = f", the holdout's {short(reference)}" if pd.notna(reference) else ""
    measure = MEASURES.get(str(row["measure"]), str(row["measure"]).replace("_", " "))
    text = f"{row['subject']}: {measure} {short(distance)}{beside}"
    if row["kind"] == "variable" and (where := _where(str(row["subject"]), shares)):
        return f"{text}; {where}"
    return text


def _where(variable: str, shares: pd.DataFrame) -> str:
    """The category or bin where the shares of a variable differ most."""
    rows = shares[shares["variable"] == variable].dropna(subset=["train", "synthetic"])
    if rows.empty:
        return ""
    apart = (rows["synthetic"] - rows["train"]).abs().astype(float)
    one = rows.loc[apart.idxmax()]
    real, made = (short(100 * float(one[name])) for name in ("train", "synthetic"))
    return f"{one['category']} has {real} % of real and {made} % of synthetic rows"
