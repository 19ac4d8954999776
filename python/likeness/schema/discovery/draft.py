"""All that is found in a table, before it is written: fields, rules, formulas, settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from likeness.schema.discovery import dependencies, formulas, inequalities, kinds, missing
from likeness.schema.discovery.choices import Choices, choose
from likeness.schema.discovery.columns import profiles
from likeness.schema.discovery.derived import Derived, derived_of
from likeness.schema.discovery.kinds import Found
from likeness.schema.discovery.patterns import find_patterns
from likeness.schema.discovery.rules import Rule, rules_of
from likeness.schema.discovery.table import CannotDraft, InDatabase, Say, Table, load

# As the preflight of a build asks: 15 cells of min_cell_rows.
LEAST_ROWS = 300
SHOWN = 3


@dataclass(frozen=True)
class Draft:
    """`roles` are those of each field by name, `patterns` the entries of var rule_patterns.

    `skipped` names columns that no rule or formula may name as they are written, `derived` are the
    columns that staging adds.
    """

    table: Table
    fields: tuple[Found, ...]
    formulas: tuple[formulas.Formula, ...]
    rules: tuple[Rule, ...]
    patterns: dict[str, dict[str, str]]
    choices: Choices
    skipped: tuple[str, ...]
    derived: tuple[Derived, ...] = ()


def draft(path: str | InDatabase, folder: str | Path, target: str | None, say: Say) -> Draft:
    """What the table at `path` is like; `folder` takes rows that memory does not.

    Raises CannotDraft in one sentence.
    """
    table = load(path, folder, say)
    if table.rows < LEAST_ROWS:
        raise CannotDraft(
            f"{path} has {table.rows} rows; at least {LEAST_ROWS} are needed "
            "(15 x var min_cell_rows)."
        )
    if target is not None and target not in table.columns:
        raise CannotDraft(f"--target {target}: {path} has no such column.")
    named_so = dict(zip(table.columns, table.names, strict=True))
    target = named_so.get(str(target))
    say(f"{table.rows:,} rows, {len(table.names)} columns: kinds and domains")
    fields = [kinds.found_of(profile, table.rows, target) for profile in profiles(table)]
    identifiers = {f.profile.index: f for f in fields if f.kind == "identifier"}
    for index, pattern in find_patterns(table, [f.profile for f in identifiers.values()]).items():
        identifiers[index].format = pattern
    for field, name in zip(fields, table.columns, strict=True):
        if field.name != name:
            field.evidence += f"; the column {name}, a name that the tables need for themselves"
    named = [f for f in fields if can_be_named(f.name)]
    if not any(f.is_number or f.is_category or f.kind in kinds.DATES for f in fields):
        shown = "; ".join(f"{f.name} is {f.kind.replace('_', ' ')}" for f in fields[:SHOWN])
        raise CannotDraft(
            f"{path} has no column of numbers, dates or categories, so there is nothing to learn "
            f"and to compare: {shown}{'; ...' if len(fields) > SHOWN else ''}."
        )
    say("formulas")
    computed = formulas.formulas(table, named)
    say("rules")
    copies = {f.target.name for f in computed if f.form.name == "copy"}
    own = [f for f in named if f.name not in copies]
    found, patterns = rules_of(
        inequalities.orders(table, own),
        dependencies.dependencies(table, own),
        missing.missing_together(table, own),
        own,
        computed,
        table.names,
    )
    say("settings")
    added = derived_of(fields)
    chosen = choose(table, fields, computed, target, added)
    skipped = tuple(f.name for f in fields if f not in named)
    return Draft(
        table, tuple(fields), tuple(computed), tuple(found), patterns, chosen, skipped, tuple(added)
    )


def can_be_named(name: str) -> bool:
    """Whether a rule or formula may name the column.

    Braces and apostrophes have a meaning in conditions, a semicolon in lists of columns.
    """
    return not any(sign in name for sign in "{}';")


def roles_of(field: Found, found: Draft) -> Sequence[str]:
    """The roles of a field, as seeds/fields.csv lists them."""
    if field.kind in ("free_text", "identifier"):
        return ["generated_only"]
    if field.kind == "constant":
        return []
    if field.name in {f.target.name for f in found.formulas}:
        return ["formula"]
    chosen = found.choices
    listed = {
        "segment": chosen.segment_keys,
        "clustering": chosen.clustering_keys,
        "correlation": chosen.correlation_keys,
    }
    roles = [role for role, names in listed.items() if field.name in names]
    return [*roles, "seed", *(["condition"] if field.name in chosen.condition_on else [])]
