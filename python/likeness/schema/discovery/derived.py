"""Columns that staging adds to dates, so that these are compared: how far on, weekday, hour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from likeness import warehouse
from likeness.schema.discovery.kinds import Found

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = tuple(f"{hour:02d}" for hour in range(24))


@dataclass(frozen=True)
class Derived:
    """A row of seeds/fields.csv with an `expression` over the date `of`: a number or a category."""

    name: str
    of: str
    expression: str
    description: str
    nullable: bool
    allowed_values: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it is compared as a number."""
        return not self.allowed_values


def derived_of(fields: Sequence[Found]) -> list[Derived]:
    """What is compared of each date or timestamp of `fields`."""
    taken = {f.name.lower() for f in fields}
    made = []
    for field in fields:
        for suffix, expression, said, allowed in _columns(field):
            name = _free(f"{field.name}_{suffix}", taken)
            taken.add(name.lower())
            made.append(
                Derived(
                    name, field.name, expression, f"{said} of {field.name}", field.nullable, allowed
                )
            )
    return made


def _columns(field: Found) -> Iterable[tuple[str, str, str, tuple[str, ...]]]:
    if field.reader not in ("month", "date", "timestamp"):
        return
    column = warehouse.quoted(field.name)
    unit = "month" if field.reader == "month" else "day"
    start = f"cast({column} as date)"
    since = f"cast(datediff('{unit}', date '2000-01-01', {start}) as integer)"
    yield (f"{unit}s", since, f"{unit.capitalize()}s from January 1, 2000 to the {unit}", ())
    if unit == "day":
        yield ("weekday", f"dayname({column})", "Weekday", WEEKDAYS)
    if field.reader == "timestamp":
        yield ("hour", f"strftime({column}, '%H')", "Hour", HOURS)


def _free(name: str, taken: set[str]) -> str:
    """The name, with an underscore for each column that has it already."""
    while name.lower() in taken:
        name += "_"
    return name
