"""The report as one HTML page: no script, no network, readable on a phone and on paper."""

import json
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from likeness.report.findings import short
from likeness.report.listed import listed, scorecard, text
from likeness.report.templating import render
from likeness.report.verdict import verdict
from likeness.report.words import MEANINGS

PARTS = ("boxes", "numbers", "categories", "maps")
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
DISCLOSURE = {
    "file": "File",
    "audited_table": "Table",
    "smallest_cell": "Fewest real rows behind a number",
}
PRIVACY = {
    "what": "Measure",
    "value": "Value",
    "reference": "Reference",
    "interval": "95 % interval",
    "n_used": "Rows used",
}


def page(
    generator: str,
    tables: Mapping[str, pd.DataFrame],
    images: Mapping[str, Sequence[tuple[str, bytes]]] | None,
    versions: Mapping[str, str],
    min_cell_rows: int,
) -> str:
    """The whole page.

    `tables`: scorecard, funnel, worst, privacy, features, history (columns as in the marts),
    excluded (as staging.stg_loans__excluded_counts), disclosure (as the mart) and gates (metric,
    meaning).
    `images`: (title, SVG) under each of PARTS; None for a page without pictures.
    """
    meanings = MEANINGS | dict(tables["gates"][["metric", "meaning"]].to_numpy())
    return render(
        "report",
        generator=generator,
        min_cell_rows=min_cell_rows,
        verdict=verdict(tables["scorecard"]),
        verdict_from=VERDICT_FROM,
        verdict_to=VERDICT_TO,
        scorecard=scorecard(tables["scorecard"], meanings),
        funnel=listed(tables["funnel"], FUNNEL),
        figures=None if images is None else _figures(images),
        deviations=[
            (kind, listed(rows, DEVIATIONS))
            for kind, rows in tables["worst"].groupby("kind", sort=False)
        ],
        features=listed(tables["features"], FEATURES),
        privacy=listed(_with_meaning(tables["privacy"], meanings), PRIVACY),
        disclosure=listed(tables["disclosure"], DISCLOSURE),
        settings=listed(settings_rows(tables["history"]), TWO),
        origin=listed(origin_rows(tables["history"], tables["excluded"], versions), TWO),
    )


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
    yield "source rows", short(build["source_rows"])
    yield "synthetic rows", short(build["synthetic_rows"])
    yield "generator", f"{build['generator']} ({build['model']})"
    yield "judge", build["judge"]
    yield "settings fingerprint", build["settings_fingerprint"]


def _with_meaning(privacy: pd.DataFrame, meanings: Mapping[str, str]) -> pd.DataFrame:
    def interval(row: dict) -> str:
        low, high = row["value_low"], row["value_high"]
        return text(row["reason"]) if pd.isna(low) else f"{short(low)} to {short(high)}"

    rows = privacy.to_dict("records")
    what = [f"{row['metric']}: {meanings.get(row['metric'], '')}" for row in rows]
    return privacy.assign(what=what, interval=[interval(row) for row in rows])
