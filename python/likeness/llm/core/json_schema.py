"""JSON schemas that a server can hold a model's answer to."""

from collections.abc import Mapping, Sequence

from likeness.llm.core.prompts import source_text
from likeness.schema.fields import NUMBER_KINDS, Field


def row_schema(fields: Sequence[Field]) -> dict:
    """JSON schema of one row in source formats, as strict modes want it: every key required."""
    properties = {}
    for field in fields:
        kind = "number" if field.kind in NUMBER_KINDS else "string"
        values: list[object] = [source_text(field, value) for value in field.allowed_values]
        properties[field.name] = {"type": [kind, "null"] if field.nullable else kind}
        if values and kind == "string":
            properties[field.name]["enum"] = [*values, None] if field.nullable else values
    return _strict(properties)


def _strict(properties: Mapping[str, object]) -> dict:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def listed_schema(name: str, item: dict) -> dict:
    """JSON schema of an object whose only key `name` holds a list of `item`."""
    return _strict({name: {"type": "array", "items": item}})


SCORE_SCHEMA = _strict(
    {
        "id": {"type": "string"},
        "score": {"type": "number"},
        "justification": {"type": "string"},
    }
)
