"""Which columns the vars name: segments, clusters, comparisons, the target, and why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite

from likeness import warehouse
from likeness.schema.discovery import cells
from likeness.schema.discovery.derived import Derived
from likeness.schema.discovery.formulas import Formula
from likeness.schema.discovery.kinds import MIN_CELL_ROWS, Found
from likeness.schema.discovery.table import Table, ask

MIN_CLUSTER_ROWS, HOLDOUT_FRACTION = 100, 0.34
# A segment of so many source rows still has min_cluster_rows in train, whatever the split.
LEAST_SEGMENT = 180
MOST_SEGMENT_LEVELS, MOST_TARGET_LEVELS = 12, 10
MOST_SEGMENT_KEYS, MOST_CLUSTERING, MOST_CONDITIONS, MOST_QUASI = 2, 8, 3, 5
LEAST_CLUSTERING = 3
REDUNDANT = 0.95
TARGET_NAMES = (
    r"target|label|y", r"class", r"default|default.*|is_?default(ed)?|churn(ed)?|fraud|is_?fraud",
    r"outcome|result|response", r".*status", r"revenue|income|salary",
)  # fmt: skip
QUASI = re.compile(
    r"(^|[^a-z])(age|sex|gender|zip.*|post.*code|city|state|country|region|birth.*|dob|"
    r"education|marital.*|marriage|race|ethnic.*|occupation|job|inc|income|nationality|"
    r"ownership|employ.*|emp)([^a-z]|$)",
    re.I,
)
POSITIVE = ("true", "yes", "y", "t", "1", "1.0")


@dataclass
class Choices:
    """What the vars of the new project name; `reasons` says why, by var."""

    segment_keys: list[str] = field(default_factory=list)
    clustering_keys: list[str] = field(default_factory=list)
    correlation_keys: list[str] = field(default_factory=list)
    continuous_variables: list[str] = field(default_factory=list)
    categorical_variables: list[str] = field(default_factory=list)
    condition_on: list[str] = field(default_factory=list)
    missing_by: str | None = None
    utility_target: dict[str, str] | None = None
    quasi_identifiers: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)


def choose(
    table: Table,
    fields: Sequence[Found],
    computed: Sequence[Formula],
    target: str | None,
    derived: Sequence[Derived] = (),
) -> Choices:
    """The vars for a table of these fields; `target` is the column that a user has named.

    `derived` columns are compared, and used for nothing else.
    """
    chosen = Choices()
    targets = {f.target.name for f in computed}
    numbers = [f for f in fields if f.is_number]
    categories = [f for f in fields if f.is_category]
    chosen.continuous_variables = [f.name for f in numbers]
    chosen.categorical_variables = [f.name for f in categories]
    aim = _target(categories, target)
    if aim:
        chosen.utility_target = {"variable": aim.name, "positive": _positive(aim)}
    chosen.reasons["utility_target"] = _why_target(aim, target)
    _segments(table, chosen, categories, aim)
    free = [f for f in numbers if f.name not in targets]
    _clustering(table, chosen, free, aim)
    _conditions(chosen, categories, aim)
    chosen.continuous_variables += [d.name for d in derived if d.is_number]
    chosen.categorical_variables += [d.name for d in derived if not d.is_number]
    first = [*chosen.condition_on, *chosen.categorical_variables, *chosen.continuous_variables]
    chosen.missing_by = first[0] if first else None
    named = [f.name for f in (*categories, *numbers) if QUASI.search(_words(f.name))]
    chosen.quasi_identifiers = (named or first)[:MOST_QUASI]
    chosen.quasi_identifiers = list(dict.fromkeys(chosen.quasi_identifiers))
    chosen.reasons["quasi_identifiers"] = (
        "their names say what may be known of a person from elsewhere"
        if named
        else "no name says what may be known from elsewhere, so the first columns stand here: edit"
    )
    return chosen


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _named_levels(found: Found) -> list[tuple[str, int]]:
    return [(text, n) for text, n in found.profile.levels if n >= MIN_CELL_ROWS]


def _target(categories: Sequence[Found], given: str | None) -> Found | None:
    if given is not None:
        return next((f for f in categories if f.name == given), None)
    able = [
        f for f in categories if 2 <= f.levels <= MOST_TARGET_LEVELS and len(_named_levels(f)) >= 2
    ]
    for pattern in TARGET_NAMES:
        for binary in (True, False):
            for found in able:
                words = re.split(r"[^a-z0-9]+", _words(found.name))
                fits = re.fullmatch(pattern, _words(found.name)) or any(
                    re.fullmatch(pattern, word) for word in words
                )
                if fits and (found.levels == 2) == binary:
                    return found
    last = [f for f in able if f.levels == 2]
    return last[-1] if last and categories and last[-1] is categories[-1] else None


def _positive(found: Found) -> str:
    """The level to predict: the one that says yes, else the rarest that may be named."""
    named = _named_levels(found)
    yes = [text for text, _ in named if text.lower() in POSITIVE]
    if len(yes) == 1 and found.levels == 2:
        return yes[0]
    return min(named, key=lambda level: (level[1], level[0]))[0]


def _why_target(aim: Found | None, given: str | None) -> str:
    if aim is None:
        return "no category is named as a target; set it, or pass --target"
    return "named by --target" if given else "its name, or its place as the last category of two"


def _segments(
    table: Table, chosen: Choices, categories: Sequence[Found], aim: Found | None
) -> None:
    """The target and the category of most levels whose segments all stay above the minimum."""
    able = [f for f in categories if 2 <= _values(table, f) <= MOST_SEGMENT_LEVELS]
    keys: list[Found] = []
    smallest = table.rows
    others = sorted((f for f in able if f is not aim), key=lambda f: (-f.levels, f.profile.index))
    for found in ([aim] if aim in able and aim else []) + others:
        if len(keys) == MOST_SEGMENT_KEYS:
            break
        least = _smallest_segment(table, [*keys, found])
        if least >= LEAST_SEGMENT:
            keys, smallest = [*keys, found], least
    chosen.segment_keys = [f.name for f in keys]
    chosen.reasons["segment_keys"] = (
        f"the smallest of their segments has {smallest:,} rows; at least {LEAST_SEGMENT} keep "
        f"min_cluster_rows ({MIN_CLUSTER_ROWS}) of them for train"
        if keys
        else f"no category has {LEAST_SEGMENT} rows in each of its values: the table is one segment"
    )


def _values(table: Table, found: Found) -> int:
    return found.levels + (found.profile.filled < table.rows)


def _smallest_segment(table: Table, keys: Sequence[Found]) -> int:
    listed = ", ".join(f.sql for f in keys)
    (least,) = warehouse.row(
        table.connection,
        f"select min(n) from (select count(*) as n from typed group by {listed})",
    )
    return int(least)


def _clustering(table: Table, chosen: Choices, free: Sequence[Found], aim: Found | None) -> None:
    """Numbers that differ most, that tell most of the target, none nearly the same as another."""
    if not free:
        chosen.reasons["clustering_keys"] = "there is no column of numbers"
        return
    ties = _ties(table, free)
    told = _told_of_target(table, free, aim)
    ranked = sorted(
        free,
        key=lambda f: (
            -(told[f.name] + min(f.levels, 100) / 200) * f.profile.filled / table.rows,
            f.profile.index,
        ),
    )
    keys: list[Found] = []
    for found in ranked:
        nearest = max(
            (abs(ties.get(frozenset((found.name, key.name)), 0.0)) for key in keys), default=0.0
        )
        if len(keys) < MOST_CLUSTERING and nearest < REDUNDANT:
            keys.append(found)
    keys += [f for f in ranked if f not in keys][: max(0, LEAST_CLUSTERING - len(keys))]
    keys.sort(key=lambda f: f.profile.index)
    chosen.clustering_keys = [f.name for f in keys]
    chosen.reasons["clustering_keys"] = (
        "numbers of many values with few missing, the nearest to the target first; none of two "
        f"that are correlated above {REDUNDANT}, where others are left"
    )
    pairs = sorted(
        (-abs(tie), pair)
        for pair, tie in (
            (tuple(f.name for f in free if f.name in names), tie) for names, tie in ties.items()
        )
        if abs(tie) < REDUNDANT
    )
    best = pairs[0][1] if pairs else ()
    chosen.correlation_keys = list(best) if len(best) == 2 else [f.name for f in free[:2]]
    chosen.reasons["correlation_keys"] = (
        "the two numbers that are correlated most, but not the same"
    )


def _ties(table: Table, free: Sequence[Found]) -> dict[frozenset[str], float]:
    by_index = {f.profile.index: f.name for f in free}
    columns = {f.profile.index: cells.as_number(f.profile) for f in free}
    cells.make(table, "free", columns, cells.rows_for(len(free)))
    rows = table.connection.execute(
        "select a.i, b.i, corr(a.v, b.v) as tie from free as a inner join free as b "
        "on a.r = b.r and a.i < b.i group by all having isfinite(tie) order by all"
    ).fetchall()
    return {frozenset((by_index[a], by_index[b])): tie for a, b, tie in rows}


def _told_of_target(table: Table, free: Sequence[Found], aim: Found | None) -> dict[str, float]:
    if aim is None:
        return {f.name: 0.0 for f in free}
    positive = _positive(aim)
    level = warehouse.literal(positive) if aim.profile.reader == "text" else repr(float(positive))
    aimed = f"cast({aim.sql} = {level} as integer)"
    ties = ask(
        table,
        "typed_sample",
        {(f.name,): f"corr({cells.as_number(f.profile)}, {aimed})" for f in free},
    )
    told = {f.name: float(ties[f.name,] or 0) for f in free}  # type: ignore[arg-type]
    return {name: abs(tie) if isfinite(tie) else 0.0 for name, tie in told.items()}


def _conditions(chosen: Choices, categories: Sequence[Found], aim: Found | None) -> None:
    few = [f.name for f in categories if 2 <= f.levels <= MOST_SEGMENT_LEVELS]
    first = [
        *([aim.name] if aim else []),
        *chosen.segment_keys,
        *few,
        *chosen.categorical_variables,
    ]
    chosen.condition_on = list(dict.fromkeys(first))[:MOST_CONDITIONS]
    if not few:
        chosen.condition_on = chosen.condition_on[:1]
    chosen.reasons["condition_on"] = "the target, the segment keys, categories of few levels"
