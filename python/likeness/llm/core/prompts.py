"""The texts that a model reads, made from the field list, the rules and templates.

The templates are data like the two seeds they are filled from: no field is named here. Those of
`likeness/llm/prompts` speak of any record; a folder's own take their place, as `prompts/` of this
project, which speaks of loans.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from pathlib import Path

import jinja2

from likeness.llm.core.backend import Row
from likeness.schema.fields import NUMBER_KINDS, Field
from likeness.schema.texts import as_category, is_nameable

FOLDER = "prompts"
RECORD = {"one": "record", "many": "records"}
CATEGORIES = ("privacy", "formatting", "cross-row", "cross-column", "distribution", "realism")
CRITICAL_PENALTY = 9
MOST_VALUES = 25
OTHER = "(other)"
EXAMPLE = datetime(2015, 1, 31, 8, 30)


@dataclass(frozen=True)
class Rule:
    """One rule as a model reads it: `penalty` is what breaking it costs of 10 points."""

    category: str
    sentence: str
    penalty: float


@dataclass(frozen=True)
class Knowledge:
    """What the profiles say of all train rows, for the guidelines.

    `shares` of fields that are not in the seeds, by field and value, most first. `ranges`: pairs of
    a field and the one that its range depends on, with (value, low, high) of each.
    """

    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    ranges: Mapping[tuple[str, str], Sequence[tuple[str, float, float]]] = field(
        default_factory=dict
    )

    @classmethod
    def from_rows(cls, shares: Iterable[Mapping], ranges: Iterable[Mapping]) -> "Knowledge":
        """From the rows of profiles.part_shares and profiles.rule_context."""
        by_field: dict[str, dict[str, float]] = {}
        for row in sorted(shares, key=lambda row: (-row["share"], row["category"])):
            by_field.setdefault(row["variable"], {})[row["category"]] = row["share"]
        by_pair: dict[tuple[str, str], list[tuple[str, float, float]]] = {}
        for row in ranges:
            if row["low"] is not None and row["within_value"] is not None:
                pair = row["value_column"], row["within_column"]
                by_pair.setdefault(pair, []).append((row["within_value"], row["low"], row["high"]))
        return cls(by_field, {pair: sorted(found) for pair, found in by_pair.items()})


def rules_from_rows(rows: Iterable[Mapping], variables: Mapping[str, object]) -> list[Rule]:
    """Rules from dicts with the columns of `seeds/business_rules.csv`; {name} is a var's value."""
    return [
        Rule(
            category=str(row["category"]).strip(),
            sentence=_filled(str(row["sentence"]).strip().rstrip("."), variables),
            penalty=float(row["penalty"] or 0),
        )
        for row in rows
        if row["sentence"]
    ]


def _filled(sentence: str, variables: Mapping[str, object]) -> str:
    for name, value in variables.items():
        sentence = sentence.replace("{" + name + "}", str(value))
    return sentence


def source_text(field: Field, value: str) -> str:
    """An allowed value as the source prints it."""
    return field.format.replace("{}", value) if "{}" in field.format else value


def _shape(field: Field) -> str:
    if field.kind in NUMBER_KINDS:
        whole = "whole number" if field.decimals == 0 else f"number, {field.decimals} decimals"
        shape = f"{whole} at most" if field.decimals else whole
    elif field.date_format:
        shape = f"text like {EXAMPLE.strftime(field.date_format.replace('%g', '000'))}"
    elif field.calendar:
        shape = f"text of the form {field.format}, such as Jan-2015"
    elif "{" in field.format and field.kind != "categorical":
        shape = "text of the form " + json.dumps(field.format)
    else:
        shape = "text"
    if field.max_length and field.kind == "free_text":
        shape += f", {field.max_length} characters at most"
    return shape + (", may be null" if field.nullable else "")


def _domain(of: Field) -> str:
    allowed = [source_text(of, value) for value in of.allowed_values]
    named = [json.dumps(value) for value in allowed if is_nameable(value)]
    return f" One of: {', '.join(named)}." if named else ""


def _shares(of: Field, shares: Mapping[str, float]) -> str:
    """The most frequent values of a field and their shares, as seeds give them."""
    named = {value: share for value, share in shares.items() if is_nameable(str(value))}
    shown = [
        f"{as_category(of.print_category(value))}={share:.2g}"
        for value, share in list(named.items())[:MOST_VALUES]
        if value != OTHER
    ]
    return f" Shares over all records: {', '.join(shown)}." if shown else ""


def _ranges(of: str, within: str, found: Sequence[tuple[str, float, float]]) -> str:
    listed = ", ".join(f"{as_category(value)}={low:g}..{high:g}" for value, low, high in found)
    return f"{of} by {within}: {listed}"


class Prompts:
    """The prompts of one project: its fields, its rules, its templates.

    `criteria` are the user's own sentences for the evaluation, `record` the words `one` and `many`
    for a row, `knowledge` what the profiles say of all rows. A template that `folder` lacks is
    Likeness's own. Raises jinja2.TemplateError, which names the line, if one is wrong.
    """

    def __init__(
        self,
        fields: Sequence[Field],
        rules: Sequence[Rule],
        *,
        criteria: Sequence[str] = (),
        folder: str | Path = FOLDER,
        record: Mapping[str, str] | None = None,
        knowledge: Knowledge | None = None,
    ) -> None:
        self._knowledge = knowledge or Knowledge()
        self.fields = list(fields)
        self._rules = rules
        self._criteria = list(criteria)
        self._folder = Path(folder)
        self._record = RECORD | dict(record or {})
        self._jinja = jinja2.Environment(
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
        )
        self._templates: dict[str, tuple[jinja2.Template, str]] = {}

    def generation(self) -> str:
        """The guidelines for writing rows: the same for every seed."""
        return self._guidelines("generation", with_penalty=False)

    def evaluation(self) -> str:
        """The guidelines for scoring rows."""
        return self._guidelines("evaluation", with_penalty=True)

    def generation_request(
        self, seed_text: str, rows: int, examples: Sequence[Mapping[str, object]]
    ) -> str:
        """What one call adds to the guidelines: examples, seed, and how many rows."""
        shown = "\n".join(json.dumps(dict(one), ensure_ascii=False) for one in examples)
        return self._render(
            "generation_request", seed=seed_lines(seed_text), rows=rows, examples=shown
        )

    def evaluation_request(self, rows: Sequence[Row]) -> str:
        """What one call for scores adds to the guidelines: the rows, numbered from 1."""
        shown = [
            (str(n), json.dumps(dict(row), ensure_ascii=False)) for n, row in enumerate(rows, 1)
        ]
        return self._render("evaluation_request", rows=shown)

    def wording(self, name: str) -> str:
        """The source of a request's template, for the fingerprint."""
        return self._template(f"{name}_request")[1]

    def _guidelines(self, name: str, *, with_penalty: bool) -> str:
        def listed(rules: Iterable[Rule]) -> str:
            return "".join(f"- {_sentence(rule, with_penalty)}\n" for rule in rules)

        return self._render(
            name,
            fields=[
                {
                    "position": one.position,
                    "name": one.name,
                    "description": one.description.rstrip("."),
                    "shape": _shape(one),
                    "domain": _domain(one),
                    "shares": _shares(one, self._knowledge.shares.get(one.name, {})),
                }
                for one in self.fields
            ],
            ranges=[_ranges(*pair, found) for pair, found in self._knowledge.ranges.items()],
            rules_of=lambda category: listed(r for r in self._rules if r.category == category),
            names_with=lambda role: [f.name for f in self.fields if f.has_role(role)],
            other_rules=listed(r for r in self._rules if r.category not in CATEGORIES),
            criteria=self._criteria,
        )

    def _render(self, name: str, **values: object) -> str:
        return self._template(name)[0].render(record=self._record, **values)

    def _template(self, name: str) -> tuple[jinja2.Template, str]:
        if name not in self._templates:
            own = self._folder / f"{name}.md.j2"
            shipped = resources.files("likeness.llm") / "prompts" / own.name
            source = (own if own.is_file() else shipped).read_text(encoding="utf-8")
            self._templates[name] = (self._jinja.from_string(source), source)
        return self._templates[name]


def _sentence(rule: Rule, with_penalty: bool) -> str:
    if not with_penalty:
        return rule.sentence + "."
    critical = ", a critical error" if rule.penalty >= CRITICAL_PENALTY else ""
    return f"{rule.sentence} (penalty {rule.penalty:g}{critical})."


def seed_lines(seed_text: str) -> str:
    """A seed's statements, one a line; a text that is no JSON list stands as it is."""
    try:
        statements = json.loads(seed_text)
    except ValueError:
        return seed_text
    if not isinstance(statements, list):
        return seed_text
    return "\n".join(str(statement) for statement in statements)
