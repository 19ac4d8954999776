"""The gates: their defaults in `seeds/gates.csv`, and what a user's var `gates` may change.

SQL merges the two (`macros/gates.sql`), metric by metric and key by key.
"""

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from likeness.schema.renamed import METRICS
from likeness.schema.sentences import nearest, shown

FILE = "seeds/gates.csv"
LEVELS = ("warn", "fail")
LIMITS = ("warn_at", "warn_by", "fail_at", "fail_by")
KEYS = (*LIMITS, "always_error", "advice")


class Gate(BaseModel):
    """What the scorecard asks of one metric.

    `warn_at` and `fail_at` are the last values that are still fine, `warn_by` and `fail_by` the
    largest distance from the reference, on the side that is worse, that is; None: no limit.
    `always_error`: it fails the build for rows of any origin, not only for our own engine's.
    `formula`, `compared_with` (what its reference is) and `reading` are for docs/metrics.md.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    direction: Literal["higher", "lower"]
    warn_at: float | None
    fail_at: float | None
    warn_by: float | None
    fail_by: float | None
    always_error: bool
    meaning: str
    advice: str
    formula: str
    compared_with: str
    reading: str


def load_gates(path: str | Path = FILE) -> list[Gate]:
    """The rows of the csv file at `path`. Raises ValueError for a row that is no gate."""
    with open(path, newline="", encoding="utf-8") as handle:
        return [
            Gate.model_validate({key: value or None for key, value in row.items()})
            for row in csv.DictReader(handle)
        ]


def problem_with_gates(given: Mapping[str, Any], gates: Sequence[Gate]) -> str:
    """One sentence about the first entry of var `gates` that cannot be merged, or ''."""
    defaults = {gate.metric: gate for gate in gates}
    for metric, change in given.items():
        name = f"var gates: {metric}"
        if metric in METRICS:
            return f"var gates names {metric!r}, which is now called {METRICS[metric]}."
        if metric not in defaults:
            near = nearest(metric, defaults) or f"; {FILE} lists them."
            return f"var gates names {metric!r}, which is no metric of the scorecard{near}"
        if change is None:
            continue
        if not isinstance(change, dict):
            keys = ", ".join(KEYS)
            return f"{name} is {shown(change)}: it must be null (off) or a mapping with {keys}."
        if not change:
            return f"{name} has no key: name a limit ({', '.join(LIMITS)}), or null for off."
        sentence = _problem_with_keys(name, change) or _problem_with_limits(
            name, change, defaults[metric]
        )
        if sentence:
            return sentence
    return ""


def _problem_with_keys(name: str, change: Mapping[str, Any]) -> str:
    for key, value in change.items():
        if key not in KEYS:
            near = nearest(key, KEYS) or f"; there are {', '.join(KEYS)}."
            return f"{name} has the unknown key {key!r}{near}"
        if key in LIMITS:
            sentence = _problem_with_number(f"{name}.{key}", value, key.endswith("_by"))
            if sentence:
                return sentence
        if key == "always_error" and not isinstance(value, bool):
            return f"{name}.{key} is {shown(value)}: it must be true or false."
        if key == "advice" and not (isinstance(value, str) and value.strip()):
            return f"{name}.{key} is {shown(value)}: say in a sentence what to try."
    return ""


def _problem_with_number(name: str, value: object, is_distance: bool) -> str:
    if value is None:
        return ""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    number = value if isinstance(value, int | float) else math.nan
    if not is_number or not math.isfinite(number) or (is_distance and number < 0):
        least = " from 0" if is_distance else ""
        return f"{name} is {shown(value)}: it must be a number{least}, or null for no limit."
    return ""


def _problem_with_limits(name: str, change: Mapping[str, Any], default: Gate) -> str:
    before = default.model_dump(include=set(LIMITS))
    after = {key: change.get(key, before[key]) for key in LIMITS}
    for level in LEVELS:
        at, by = f"{level}_at", f"{level}_by"
        if after[at] is not None and after[by] is not None:
            other = by if at in change else at
            return (
                f"{name} has both {at} and {by}: one is the limit; to replace {other}, "
                f"give {other}: null beside it."
            )
        for key, other in ((at, by), (by, at)):
            gone = key in change and change[key] is None and before[key] is None
            if gone and other not in change and before[other] is not None:
                return f"{name} has no {key} to remove; its limit is {other}: {before[other]:g}."
    if not any(limit is not None for limit in after.values()) and _has_limit(before):
        metric = default.metric
        return f"{name} has no limit left: to switch the gate off, say {{{metric}: null}}."
    for ends, side in (("at", -1 if default.direction == "higher" else 1), ("by", 1)):
        warn, fail = after[f"warn_{ends}"], after[f"fail_{ends}"]
        if warn is not None and fail is not None and side * warn > side * fail:
            return (
                f"{name} would fail at {fail:g} before it warns at {warn:g} (warn_{ends}, "
                f"fail_{ends}; {default.direction} is better): give both so that it warns first."
            )
    return ""


def _has_limit(limits: Mapping[str, float | None]) -> bool:
    return any(limit is not None for limit in limits.values())
