"""Business rules as drafts: conditions, sentences with the share of rows that keep them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from likeness import warehouse
from likeness.schema.discovery.dependencies import Dependency
from likeness.schema.discovery.formulas import Formula
from likeness.schema.discovery.inequalities import Order
from likeness.schema.discovery.kinds import DATES, MIN_CELL_ROWS, Found, shown_rows
from likeness.schema.discovery.missing import MissingTogether

LEAST_ZEROS = 0.01


@dataclass(frozen=True)
class Rule:
    """A row of seeds/business_rules.csv."""

    id: str
    category: str
    condition: str
    sentence: str
    penalty: int
    enforced: bool


def rules_of(
    orders: Iterable[Order],
    dependencies: Iterable[Dependency],
    together: Iterable[MissingTogether],
    fields: Sequence[Found],
    computed: Sequence[Formula],
    columns: Sequence[str],
) -> tuple[list[Rule], dict[str, dict[str, str]]]:
    """Rules, and the entries of var rule_patterns that they name; none that a formula implies.

    `columns` are all names of the source, of which no id or pattern takes one.
    """
    names = Names(columns)
    found: list[Rule] = []
    patterns: dict[str, dict[str, str]] = {}
    for order in orders:
        if not _in_one(computed, order.low, order.high):
            found.append(_order(order, names))
    for dependency in dependencies:
        rule, name = _dependency(dependency, names)
        found.append(rule)
        patterns[name] = {"value": dependency.value.name, "within": dependency.within.name}
    targets = {f.target.name for f in computed}
    for pair in together:
        if not _in_one(computed, pair.first, pair.other):
            found.append(_together(pair, names))
    for field in fields:
        if field.name not in targets and _has_floor(field):
            found.append(_floor(field, names))
    return found, patterns


class Names:
    """Identifiers made of columns' names, each given once."""

    def __init__(self, columns: Iterable[str]) -> None:
        self._used = {name.lower() for name in columns}

    def new(self, *words: str) -> str:
        """The words as one identifier of ASCII letters, digits and underscores."""
        parts = [re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_") for word in words]
        base = "_".join(part for part in parts if part)[:60].strip("_") or "rule"
        base = base if base[0].isalpha() else f"rule_{base}"
        name, n = base, 2
        while name in self._used:
            name, n = f"{base}_{n}", n + 1
        self._used.add(name)
        return name


def share(kept: int, rows: int) -> str:
    """How many rows keep a rule, in words from which no few rows can be counted."""
    broken = rows - kept
    if broken == 0:
        return "all rows"
    if broken < MIN_CELL_ROWS:
        return f"all rows but {shown_rows(broken)}"
    return f"{100 * kept / rows:.1f}% of the rows"


def _in_one(computed: Sequence[Formula], a: Found, b: Found) -> bool:
    return any(
        f.target.name in (a.name, b.name) and {a.name, b.name} <= f.columns for f in computed
    )


def _order(order: Order, names: Names) -> Rule:
    low, high = order.low, order.high
    words = "is not later than" if low.kind in DATES else "is at most"
    return Rule(
        names.new(low.name, "within", high.name),
        "cross-column",
        f"{warehouse.quoted(low.name)} <= {warehouse.quoted(high.name)}",
        f"{low.name} {words} {high.name} (kept by {share(order.kept, order.rows)} of the source "
        "that have both)",
        4,
        order.is_exact,
    )


def _dependency(found: Dependency, names: Names) -> tuple[Rule, str]:
    within, value = found.within, found.value
    pattern = names.new(value.name, "of", within.name)
    quoted = warehouse.quoted(pattern)
    rule = Rule(
        names.new(within.name, "gives", value.name),
        "cross-column",
        f"{quoted} = 'mixed' or {warehouse.quoted(value.name)} = {quoted}",
        f"{value.name} is the one that all rows with the same {within.name} have (kept by "
        "all rows of the source that have both)",
        4,
        True,
    )
    return rule, pattern


def _together(pair: MissingTogether, names: Names) -> Rule:
    first, other = pair.first.name, pair.other.name
    return Rule(
        names.new(other, "missing_with", first),
        "cross-column",
        f"({warehouse.quoted(first)} is null) = ({warehouse.quoted(other)} is null)",
        f"{other} is missing where {first} is, and nowhere else (kept by all rows of the source; "
        f"{pair.missing:,} of them lack both)",
        3,
        True,
    )


def _has_floor(field: Found) -> bool:
    """Whether the numbers end at zero, which many rows hold; a count does by its kind."""
    if field.kind not in ("continuous", "integer"):
        return False
    numbers = field.profile.numbers
    many = max(MIN_CELL_ROWS, LEAST_ZEROS * field.profile.filled)
    return numbers["min"] >= 0 and numbers["zeros"] >= many


def _floor(field: Found, names: Names) -> Rule:
    return Rule(
        names.new(field.name, "not_negative"),
        "realism",
        f"{warehouse.quoted(field.name)} >= 0",
        f"{field.name} is not negative (kept by all rows of the source that have it)",
        3,
        True,
    )
