"""What a var may be, in the words of its type and limits."""

from collections.abc import Iterable
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic.fields import FieldInfo

from likeness.schema.part import about

MOST_SHOWN = 160


def shown(value: object) -> str:
    """A value as YAML gave it, cut where it is long."""
    text = repr(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]} ..."


def wrong(name: str, value: object, may_be: str) -> str:
    """The sentence for a value that is not what it may be."""
    if isinstance(value, str) and "number" in may_be and _number(value) is not None:
        may_be += f"; YAML reads {value} as text, so write {_number(value)!r}"
    return f"var {name} is {shown(value)}: it must be {may_be}."


def nearest(name: str, known: Iterable[str]) -> str:
    """'; did you mean x?' for the nearest known name, or '' if none is near."""
    near = get_close_matches(str(name), sorted(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def may_be(field: FieldInfo) -> str:
    """What a var may be, such as 'a whole number from 1 to 100, or null'."""
    kinds = _members(field.annotation)
    said = about(field)["shape"] or _of_kind(kinds[0], field)
    return said + (", or null" if NoneType in kinds else "")


def is_nullable(field: FieldInfo) -> bool:
    """Whether null is a value of the var."""
    return NoneType in _members(field.annotation)


def _members(annotation: Any) -> tuple:
    is_union = get_origin(annotation) in (Union, UnionType)
    return get_args(annotation) if is_union else (annotation,)


def _of_kind(kind: Any, field: FieldInfo) -> str:
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    if kind is bool:
        return "true or false"
    if kind in (int, float):
        return f"{'a whole number' if kind is int else 'a number'}{_range(field)}"
    if get_origin(kind) is list:
        return f"a list of {_count(field)}names"
    return "a text that is not empty"


def _range(field: FieldInfo) -> str:
    low = [limit.ge for limit in field.metadata if isinstance(limit, Ge)]
    high = [limit.le for limit in field.metadata if isinstance(limit, Le)]
    return "".join([f" from {n}" for n in low] + [f" to {n}" for n in high])


def _count(field: FieldInfo) -> str:
    low = [limit.min_length for limit in field.metadata if isinstance(limit, MinLen)]
    high = [limit.max_length for limit in field.metadata if isinstance(limit, MaxLen)]
    if low == high and low:
        return f"{low[0]} "
    if low == [1]:
        return "one or more "
    return f"at least {low[0]} " if low else ""


def _number(text: str) -> int | float | None:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return None
