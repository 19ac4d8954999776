"""The report as one HTML page: no script, no network, readable on a phone and on paper."""

import base64
import json
from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd

from likeness.report.findings import short
from likeness.report.words import MEANINGS, SIGNS

PARTS = ("boxes", "numbers", "categories", "maps")
VERDICT_FROM, VERDICT_TO = "<!-- verdict -->", "<!-- end of verdict -->"
CSS = """
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0 auto;max-width:1180px;padding:0 16px 48px;color:#222;background:#fff;
font:16px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.7rem;margin:1.2rem 0 .2rem}h2{margin:2.2rem 0 .4rem;border-bottom:2px solid #ccc}
h3{margin:1.2rem 0 .3rem;font-size:1rem}p{margin:.4rem 0;max-width:46rem}
.verdict{border:3px solid;border-radius:6px;padding:.6rem 1rem;margin:1rem 0}
.verdict strong{font-size:1.25rem}
.green{border-color:#007a5a;background:#eefaf5}.amber{border-color:#b26b00;background:#fff7e6}
.red{border-color:#b3261e;background:#fdeeec}.grey{border-color:#777;background:#f5f5f5}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.32rem .5rem;border-bottom:1px solid #ddd}
th{border-bottom:2px solid #999}.n{text-align:right;white-space:nowrap}
small{color:#555;display:block;font-size:.8rem;line-height:1.35}
.s{font-weight:600;white-space:nowrap}.s.pass{color:#00694d}.s.warn{color:#8a5200}
.s.fail{color:#b3261e}.s.not_computed,.s.no_limit,.s.off{color:#555}
.plots{columns:2;column-gap:24px}.maps{columns:1;max-width:760px}
.maps figure{overflow-x:auto}.maps img{min-width:640px}
figure{margin:0 0 14px;break-inside:avoid;border:1px solid #e3e3e3;border-radius:4px;padding:4px}
img{display:block;width:100%;height:auto}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 28px}.two>div{min-width:0}
@media screen and (max-width:760px){
.plots{columns:1}.two{grid-template-columns:1fr}body{padding:0 10px 32px}
table{font-size:.82rem}th,td{padding:.28rem .3rem}
.card tr{display:grid;grid-template-columns:1fr 1fr 1.3fr;border-bottom:1px solid #ddd}
.card th,.card td{border:0}.card td:first-child,.card th:first-child{grid-column:1/-1}}
@media print{.maps img{min-width:0}body{max-width:none;font-size:10pt;padding:0}
tr{break-inside:avoid}
h2,h3{break-after:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""


def verdict(scorecard: pd.DataFrame) -> tuple[str, str, str]:
    """Colour (green, amber, red, grey), headline and explanation of a scorecard."""

    def metrics(status: str) -> list[str]:
        return scorecard.loc[scorecard["status"] == status, "metric"].tolist()

    failed, warned, missing = metrics("fail"), metrics("warn"), metrics("not_computed")
    tail = f" Not computed: {', '.join(missing)}." if missing else ""
    for limits, words in (("off", "Switched off"), ("changed", "Limits changed")):
        by_user = scorecard.loc[scorecard["limits"] == limits, "metric"]
        tail += f" {words} by var gates: {', '.join(by_user)}." if len(by_user) else ""
    if scorecard.empty:
        return "grey", "– NOTHING MEASURED", "The scorecard holds no metric of this generator."
    if failed:
        errors = int((scorecard["severity"] == "error").sum())
        effect = "the build fails" if errors else "a warning, as these rows are of other origin"
        named = f"Failed: {', '.join(failed)} ({effect})."
        warning = f" Warned: {', '.join(warned)}." if warned else ""
        return "red", f"✕ RED: {_count(len(failed), 'metric')} failed", named + warning + tail
    if warned:
        headline = f"! AMBER: {_count(len(warned), 'metric')} to look at"
        return "amber", headline, f"Warned: {', '.join(warned)}. None failed.{tail}"
    limited = scorecard[["warn_at", "fail_at"]].notna().any(axis=1)
    passed = int((limited & (scorecard["status"] == "pass")).sum())
    if not passed:
        return "grey", "– NOT DECIDED", f"No metric with a limit could be computed.{tail}"
    headline = f"✓ GREEN: {_count(passed, 'metric')} with a limit, all within it"
    return "green", headline, f"Nothing failed or warned.{tail}"


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("" if n == 1 else "s")


def _text(value: object) -> str:
    return "" if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)) else str(value)


def _breakable(text: str) -> str:
    return escape(text).replace("_", "_<wbr>")


def table(frame: pd.DataFrame, names: Mapping[str, str]) -> str:
    """A frame as an HTML table of the columns `names`, under those headings; numbers right."""
    if frame.empty:
        return "<p>Nothing to show.</p>"
    is_number = {name: pd.api.types.is_numeric_dtype(frame[name]) for name in names}
    kind = {name: ' class="n"' if is_number[name] else "" for name in names}
    head = "".join(f"<th{kind[name]}>{escape(title)}</th>" for name, title in names.items())
    lines = []
    for row in frame[list(names)].to_dict("records"):
        cells = (
            f"<td{kind[name]}>{short(v) if is_number[name] else _breakable(_text(v))}</td>"
            for name, v in row.items()
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    body = "\n".join(lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def scorecard_table(scorecard: pd.DataFrame, meanings: Mapping[str, str]) -> str:
    """The scorecard: what each metric means, its value, that of real rows, limits and status."""
    lines = []
    for row in scorecard.to_dict("records"):
        notes = [meanings.get(row["metric"], ""), f"{row['direction']} is better"]
        for name, word in (("warn_at", "warns"), ("fail_at", "fails")):
            if pd.notna(row[name]):
                side = "below" if row["direction"] == "higher" else "above"
                notes.append(f"{word} {side} {short(row[name])}")
        if row["limits"] == "changed":
            notes.append("limits changed by var gates")
        notes.append(_text(row["reason"]))
        status = _text(row["status"])
        if status == "pass" and pd.isna(row["warn_at"]) and pd.isna(row["fail_at"]):
            status = "no_limit"
        small = escape("; ".join(note for note in notes if note))
        lines.append(
            f"<tr><td>{escape(row['metric'])}<small>{small}</small></td>"
            f'<td class="n">{short(row["value"], 4)}</td>'
            f'<td class="n">{short(row["reference"], 4)}</td>'
            f'<td class="s {escape(status)}">{escape(SIGNS.get(status, status))}</td></tr>'
        )
    head = '<th>Metric</th><th class="n">Value</th><th class="n">Reference</th><th>Status</th>'
    body = "\n".join(lines)
    return f'<table class="card"><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>'


def pictures(images: Sequence[tuple[str, bytes]], css: str = "plots") -> str:
    """Figures (title, SVG) inside the page."""
    items = (
        f'<figure><img alt="{escape(title)}" '
        f'src="data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"></figure>'
        for title, svg in images
    )
    return f'<div class="{css}">\n' + "\n".join(items) + "\n</div>"


def worst_tables(worst: pd.DataFrame) -> str:
    """The worst ten of each kind side by side."""
    names = {
        "subject": "Subject",
        "distance": "Distance",
        "reference": "Real",
        "deviation_beyond_holdout": "Beyond",
    }
    blocks = [
        f"<div><h3>{escape(kind)}</h3>{table(rows, names)}</div>"
        for kind, rows in worst.groupby("kind", sort=False)
    ]
    return f'<div class="two">{"".join(blocks)}</div>' if blocks else "<p>Nothing to show.</p>"


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


def _origin(build: pd.Series):
    yield "source fingerprint", build["source_fingerprint"]
    yield "source rows", short(build["source_rows"])
    yield "synthetic rows", short(build["synthetic_rows"])
    yield "generator", f"{build['generator']} ({build['model']})"
    yield "judge", build["judge"]
    yield "settings fingerprint", build["settings_fingerprint"]


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
    colour, headline, explanation = verdict(tables["scorecard"])
    two = {"name": "Name", "value": "Value"}
    meanings = MEANINGS | dict(tables["gates"][["metric", "meaning"]].to_numpy())
    parts = [
        f"<h1>Likeness report</h1><p>Synthetic rows of generator {escape(generator)}, compared "
        "with the real ones. Reference: what real holdout rows show beside train rows, "
        "or the best value there is.</p>",
        f'{VERDICT_FROM}<div class="verdict {colour}"><strong>{escape(headline)}</strong>'
        f"<p>{escape(explanation)}</p></div>{VERDICT_TO}",
        f"<h2>Scorecard</h2>{scorecard_table(tables['scorecard'], meanings)}",
        "<h2>Asked, received, accepted</h2>"
        + table(
            tables["funnel"],
            {"stage": "Stage", "reason": "Reason", "rows": "Rows", "share": "Share"},
        ),
        *([] if images is None else _distributions(images, min_cell_rows)),
        "<h2>Where is it worst</h2><p>Distance between synthetic and train rows (0 to 1), that of "
        "real holdout rows, which is chance, and what lies beyond it.</p>"
        + worst_tables(tables["worst"]),
        "<h2>What gives the rows away</h2><p>Columns that a classifier uses to tell synthetic from "
        "real rows: its loss of AUC without them. Near 0 is good.</p>"
        + table(tables["features"], {"feature": "Column", "importance": "Loss of AUC"}),
        "<h2>Privacy</h2>" + table(_with_meaning(tables["privacy"], meanings), PRIVACY_COLUMNS),
        f"<h3>What leaves the database</h3><p>{escape(LEAVES)}</p>"
        + table(tables["disclosure"], DISCLOSURE_COLUMNS),
        f"<h2>Settings</h2>{table(settings_rows(tables['history']), two)}",
        "<h2>Source and versions</h2>"
        + table(origin_rows(tables["history"], tables["excluded"], versions), two),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>Likeness: {escape(headline)}</title><link rel="icon" href="data:,">'
        f"<style>{CSS}</style></head>\n<body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def _distributions(
    images: Mapping[str, Sequence[tuple[str, bytes]]], min_cell_rows: int
) -> list[str]:
    floor = (
        f"Every number about real rows rests on at least {min_cell_rows} of them; smaller "
        "categories are joined, outermost values are means, and no single row is shown."
    )
    return [
        f"<h2>Distributions</h2><p>{escape(floor)}</p>",
        f"<h3>Numbers by condition</h3>{pictures(images['boxes'])}",
        f"<h3>Numbers</h3>{pictures(images['numbers'])}",
        f"<h3>Categories</h3>{pictures(images['categories'])}",
        "<h2>Correlations</h2><p>Pearson's correlation between numbers, Cramér's V between "
        "categories, the correlation ratio between a number and a category (the last two have no "
        f"sign).</p>{pictures(images['maps'], 'maps')}",
    ]


LEAVES = (
    "Every number about real rows in these files was recounted in this build. "
    "data_tab_separated.csv holds drawn rows only. What is promised, and what is not, stands in "
    "docs/privacy.md and docs/limitations.md of the project: read both before you sign that the "
    "files may be shared."
)
DISCLOSURE_COLUMNS = {
    "file": "File",
    "audited_table": "Table",
    "smallest_cell": "Fewest real rows behind a number",
}
PRIVACY_COLUMNS = {
    "what": "Measure",
    "value": "Value",
    "reference": "Reference",
    "interval": "95 % interval",
    "n_used": "Rows used",
}


def _with_meaning(privacy: pd.DataFrame, meanings: Mapping[str, str]) -> pd.DataFrame:
    def interval(row: dict) -> str:
        low, high = row["value_low"], row["value_high"]
        return _text(row["reason"]) if pd.isna(low) else f"{short(low)} to {short(high)}"

    rows = privacy.to_dict("records")
    what = [f"{row['metric']}: {meanings.get(row['metric'], '')}" for row in rows]
    return privacy.assign(what=what, interval=[interval(row) for row in rows])
