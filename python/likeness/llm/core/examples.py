"""The rows that show a model the format. They leave the building, so none may be a source row."""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from likeness.llm.core.prompts import source_text
from likeness.schema.fields import NUMBER_KINDS, Field


class BadExample(Exception):
    """An example that may not be sent; the message names its file and line."""


@dataclass(frozen=True)
class Example:
    """One example row and the line of its file on which it starts."""

    line: int
    row: Mapping[str, object]


def load_examples(path: str | Path, fields: Sequence[Field]) -> list[Example]:
    """Examples from a JSON list of objects, each with exactly the fields, in their order.

    Raises BadExample for what a model should not learn from: a missing, unknown or ill-typed field,
    a value outside the allowed ones, a null where none may be.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise BadExample(f"example_path {path}: {error.strerror}.") from None
    examples = []
    for line, row in _objects(text, path):
        problem = _problem(row, fields)
        if problem:
            raise BadExample(f"example_path {path}, line {line}: {problem}.")
        examples.append(Example(line, {field.name: row[field.name] for field in fields}))
    return examples


def refuse_source_rows(
    examples: Sequence[Example],
    fields: Sequence[Field],
    candidates: Callable[[Mapping[str, float]], Iterable[Mapping[str, object]]],
    path: str | Path,
) -> None:
    """Raise BadExample if an example equals a source row in all but what people typed freely.

    `candidates` gives the source rows (as texts) whose numbers equal those given by name. A real
    loan under another street or job title is still that borrower's loan.
    """
    compared = [field for field in fields if field.kind != "free_text"]
    numeric = [field.name for field in compared if field.kind in NUMBER_KINDS]
    for example in examples:
        given = {
            name: float(example.row[name]) for name in numeric if _is_number(example.row[name])
        }
        wanted = [_comparable(example.row[field.name], field) for field in compared]
        for row in candidates(given):
            if [_comparable(row[field.name], field) for field in compared] == wanted:
                raise BadExample(
                    f"example_path {path}, line {example.line}: this example is a row of the "
                    "source file. Examples are sent to the model: make up another one."
                )


def _objects(text: str, path: str | Path) -> Iterable[tuple[int, Mapping[str, object]]]:
    decoder = json.JSONDecoder()
    at = len(text) - len(text.lstrip())
    if text[at : at + 1] != "[":
        raise BadExample(f"example_path {path}: a JSON list of objects is expected.")
    at += 1
    while True:
        while text[at : at + 1] in (" ", "\n", "\r", "\t", ","):
            at += 1
        if text[at : at + 1] == "]":
            return
        line = text.count("\n", 0, at) + 1
        try:
            row, at = decoder.raw_decode(text, at)
        except ValueError as error:
            raise BadExample(f"example_path {path}, line {line}: {error}.") from None
        if not isinstance(row, Mapping):
            raise BadExample(f"example_path {path}, line {line}: an object is expected.")
        yield line, row


def _problem(row: Mapping[str, object], fields: Sequence[Field]) -> str:
    names = [field.name for field in fields]
    missing = [name for name in names if name not in row]
    unknown = [name for name in row if name not in names]
    if missing:
        return f"{', '.join(missing)} missing"
    if unknown:
        return f"{', '.join(unknown)} is no field of fields.csv"
    for field in fields:
        value = row[field.name]
        allowed = [source_text(field, one) for one in field.allowed_values]
        if value is None:
            if not field.nullable:
                return f"{field.name} may not be null"
        elif field.kind in NUMBER_KINDS and not _is_number(value):
            return f"{field.name} is no number"
        elif field.kind not in NUMBER_KINDS and not isinstance(value, str):
            return f"{field.name} is no text"
        elif allowed and value not in allowed:
            return f"{field.name} {value!r} is none of its allowed values"
    return ""


def _is_number(value: object) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and math.isfinite(value)


def _comparable(value: object, field: Field) -> object:
    if value is None or value == "":
        return None
    if field.kind in NUMBER_KINDS:
        try:
            return float(value)
        except (TypeError, ValueError):
            return str(value)
    return " ".join(str(value).split())
