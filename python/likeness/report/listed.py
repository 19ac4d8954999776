"""Frames as the tables of the report: heads, and rows of cells, all of them texts."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from likeness.report.findings import short
from likeness.report.words import SIGNS


class Cell(NamedTuple):
    """One cell: its text, the class of its style, and a small note below."""

    text: str
    css: str = ""
    note: str = ""


class Listed(NamedTuple):
    """A table of the page."""

    heads: list[Cell]
    rows: list[list[Cell]]


def text(value: object) -> str:
    """A value as text, nothing for a missing one."""
    return "" if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)) else str(value)


def listed(frame: pd.DataFrame, titles: Mapping[str, str]) -> Listed:
    """The columns `titles` of a frame under those headings; numbers are short and to the right."""
    kinds = {
        name: "n" if pd.api.types.is_numeric_dtype(frame[name]) and len(frame) else ""
        for name in titles
    }
    rows = [
        [Cell(short(v) if kinds[name] else text(v), kinds[name]) for name, v in row.items()]
        for row in frame[list(titles)].to_dict("records")
    ]
    return Listed([Cell(title, kinds[name]) for name, title in titles.items()], rows)


def scorecard(frame: pd.DataFrame, meanings: Mapping[str, str], notes: Mapping[str, str]) -> Listed:
    """The scorecard: what each metric means, its value, that of real rows, limits and status.

    `notes`: what else is to be said of a metric.
    """
    heads = [Cell("Metric"), Cell("Value", "n"), Cell("Reference", "n"), Cell("Status")]
    return Listed(heads, [_metric(row, meanings, notes) for row in frame.to_dict("records")])


def _metric(row: Mapping, meanings: Mapping[str, str], extra: Mapping[str, str]) -> list[Cell]:
    notes = [meanings.get(row["metric"], ""), f"{row['direction']} is better"]
    for name, word in (("warn_at", "warns"), ("fail_at", "fails")):
        if pd.notna(row[name]):
            side = "below" if row["direction"] == "higher" else "above"
            notes.append(f"{word} {side} {short(row[name])}")
    if row["limits"] == "changed":
        notes.append("limits changed by var gates")
    notes += [extra.get(row["metric"], ""), text(row["reason"])]
    status = text(row["status"])
    if status == "pass" and pd.isna(row["warn_at"]) and pd.isna(row["fail_at"]):
        status = "no_limit"
    return [
        Cell(row["metric"], note="; ".join(note for note in notes if note)),
        Cell(short(row["value"], 4), "n"),
        Cell(short(row["reference"], 4), "n"),
        Cell(SIGNS.get(status, status), f"s {status}"),
    ]
