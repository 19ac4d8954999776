"""The steps that a field is drawn in: its own, or those of a date's parts or of a text's shape."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from likeness.schema.fields import Field
from likeness.synthesizer import calendar
from likeness.synthesizer.texts import shapes


def steps_of(field: Field) -> tuple[str, ...]:
    """Names of the steps of a field, in the order in which they are drawn."""
    return (*calendar.steps_of(field), *shapes.steps_of(field))


def expanded(names: Sequence[str], fields: Iterable[Field]) -> list[str]:
    """The names with the steps of each field in its place."""
    steps = {field.name: steps_of(field) for field in fields}
    return [step for name in names for step in steps.get(name, (name,))]


def with_parts(
    rows: pd.DataFrame, names: Sequence[str], shared: Mapping[str, Iterable[str]]
) -> pd.DataFrame:
    """The rows with a column for each of the steps `names` that is part of a date or of a text.

    shared: of each text whose shape is among the steps, the texts that have none.
    """
    rows = calendar.with_parts(rows, [name for name in names if calendar.part_of(name)])
    made: dict = {}
    for name, texts in shared.items():
        of_text = shapes.shapes(rows[name], set(texts))
        made |= {name + part: column for part, column in of_text.items() if name + part in names}
    return rows.assign(**made)
