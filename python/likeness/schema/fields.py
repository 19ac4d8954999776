"""The field list: one row per column of the source file, read from `seeds/fields.csv`."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter

NUMBER_KINDS = ("continuous", "integer", "count")
CATEGORY_KINDS = ("categorical", "boolean", "constant")
DATE_KINDS = ("date", "timestamp")
KINDS = (*NUMBER_KINDS, *CATEGORY_KINDS, *DATE_KINDS, "identifier", "free_text")
WORDS_OF = "words_of:"  # the role of a free text whose words go with another field
UUID = "uuid"  # the format of identifiers that are UUIDs
MADE_UP_PARTS = ("street", "city")
# What a date counts, by its reader, and how it is printed where its format does not say.
CALENDARS = {"month": "month", "date": "day", "timestamp": "second"}
DATE_FORMATS = {"month": "", "day": "%Y-%m-%d", "second": "%Y-%m-%d %H:%M:%S"}


@dataclass(frozen=True)
class Field:
    """One column of the source file.

    `decimals` is the most a value may have (None where the field is no number), `format` how the
    source prints it (a date as strptime takes it, or Mon-YYYY), `allowed_values` the whole domain
    of a category (empty: not enumerated), `expression` the SQL of a derived column, `part_values`
    pairs of a part of a composed text and its whole domain, `reader` how staging reads the text.
    """

    position: int
    name: str
    kind: str
    type: str
    roles: tuple[str, ...]
    nullable: bool
    decimals: int | None
    format: str
    max_length: int | None
    allowed_values: tuple[str, ...]
    description: str
    expression: str = ""
    part_values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    reader: str = ""

    @property
    def calendar(self) -> str:
        """What a date or timestamp counts: `month`, `day` or `second`; empty for other fields."""
        if self.kind not in DATE_KINDS:
            return ""
        return CALENDARS.get(self.reader, "month" if self.kind == "date" else "second")

    @property
    def date_format(self) -> str:
        """How a date is printed, as strftime takes it; empty where months are Mon-YYYY."""
        return self.format if "%" in self.format else DATE_FORMATS.get(self.calendar, "")

    def has_role(self, role: str) -> bool:
        """Whether the field plays `role` (segment, clustering, seed, ...)."""
        return role in self.roles

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts a composed text is made of, in order; empty for every other field."""
        return tuple(name for _, name, _, _ in Formatter().parse(self.format) if name)

    @property
    def fixed_parts(self) -> tuple[str, ...]:
        """The parts that are columns of their own; the others are made up."""
        return tuple(name for name in self.parts if name not in MADE_UP_PARTS)

    def print_category(self, value: object) -> str:
        """A category as the source prints it, without the blanks around it."""
        return self.format.format(value).strip() if "{}" in self.format else str(value)


def _field(row: dict) -> Field:
    def text(key: str) -> str:
        value = row[key]
        return "" if value is None else str(value)

    def number(key: str) -> int | None:
        return int(float(text(key))) if text(key) else None

    kind = text("kind")
    if kind not in KINDS:
        raise ValueError(f"fields.csv: field {text('name')}: kind {kind!r} is none of {KINDS}")
    return Field(
        position=int(float(text("position"))),
        name=text("name"),
        kind=kind,
        type=text("type"),
        roles=tuple(part for part in text("roles").split(";") if part),
        nullable=text("nullable").lower() == "true",
        decimals=number("decimals"),
        format=text("format").replace("\\r", "\r").replace("\\n", "\n"),
        max_length=number("max_length"),
        allowed_values=tuple(part for part in text("allowed_values").split("|") if part),
        description=text("description"),
        expression=str(row.get("expression") or ""),
        reader=str(row.get("reader") or ""),
    )


def fields_from_rows(rows: Iterable[dict]) -> list[Field]:
    """Fields in source order from dicts with the columns of `seeds/fields.csv`.

    Raises ValueError naming the field for an unknown kind or a name used twice.
    """
    return _listed(row for row in rows if not row.get("expression"))


def derived_from_rows(rows: Iterable[dict]) -> list[Field]:
    """The columns that staging adds by an `expression` over the fields, in their order."""
    return _listed(row for row in rows if row.get("expression"))


def _listed(rows: Iterable[dict]) -> list[Field]:
    fields = sorted((_field(row) for row in rows), key=lambda field: field.position)
    names = [field.name for field in fields]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"fields.csv: field {name} is listed more than once")
    return fields


def with_part_values(fields: Iterable[Field], domains: Mapping[str, Sequence[str]]) -> list[Field]:
    """The same fields, composed ones with the domains (part -> texts) of those of their parts."""
    return [
        replace(
            field,
            part_values=tuple((p, tuple(domains[p])) for p in field.fixed_parts if p in domains),
        )
        for field in fields
    ]


def domains(fields: Iterable[Field]) -> dict[str, tuple[str, ...]]:
    """Give the whole domain of each of `fields` that has one, by name."""
    return {field.name: field.allowed_values for field in fields if field.allowed_values}


def load_fields(path: str | Path = "seeds/fields.csv") -> list[Field]:
    """Fields in source order from the csv file at `path`."""
    with open(path, newline="", encoding="utf-8") as handle:
        return fields_from_rows(csv.DictReader(handle))


def load_derived(path: str | Path = "seeds/fields.csv") -> list[Field]:
    """Derived columns in order from the csv file at `path`."""
    with open(path, newline="", encoding="utf-8") as handle:
        return derived_from_rows(csv.DictReader(handle))
