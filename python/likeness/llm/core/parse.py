"""What a model returned, as rows: data to be typed and checked later, never run.

Numbers keep the text that the model wrote (10000.0 stays `10000.0`), NaN and Infinity become text,
prose and code fences around JSON are skipped, complete rows of a cut-off answer are saved. JSON
within a JSON string is read, and so are single quotes and trailing commas where the text has one
reading. Everything is bounded: text, attempts, lengths.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from likeness.llm.core.backend import Score
from likeness.llm.core.literals import closing, read_literal

MAX_TEXT = 4_000_000
MAX_ATTEMPTS = 5_000
MAX_LITERALS = 200
MAX_ENCODED = 3
MAX_VALUE = 2_000
MAX_RAW = 8_000
MAX_NAMES = 500

_THOUGHT = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_FENCED = re.compile(r"\s*```\w*\s*(.*?)\s*```\s*", re.DOTALL)
_OPENING = re.compile(r"[\[{]")
_UNSAFE = re.compile("[\x00\ud800-\udfff]")


class Number(str):
    """A number as the model wrote it."""

    __slots__ = ()


_DECODER = json.JSONDecoder(
    parse_float=Number, parse_int=Number, parse_constant=Number, strict=False
)


def safe(text: str, limit: int = MAX_VALUE) -> str:
    """`text` without what no table can hold (NUL, lone surrogates), cut to `limit` characters."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text[:limit])


def dump(value: object) -> str:
    """JSON text of a parsed value, numbers as the model wrote them."""
    try:
        return _dump(value)
    except RecursionError:
        return "(nested too deeply)"


def _dump(value: object) -> str:
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_dump(str(k))}: {_dump(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_dump(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)


def values(text: str) -> Iterator[tuple[object, str]]:
    """The JSON arrays and objects in `text`, in order, as (value, "").

    Scalars between them are prose. What is no JSON but a literal of Python's is read as that. Where
    an array or object is broken or cut off, whole ones inside it count; what lies before the next
    one is given as (None, the broken text).
    """
    text = text[:MAX_TEXT]
    at, broken, attempts, literals = 0, None, 0, 0
    while (opening := _OPENING.search(text, at)) and attempts < MAX_ATTEMPTS:
        attempts += 1
        start = opening.start()
        try:
            value, at = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = closing(text, start) if literals < MAX_LITERALS else None
            literals += 1
            try:
                value, at = read_literal(text[start : end or start], Number), end or start
            except ValueError:
                broken = start if broken is None else broken
                at = start + 1
                continue
        if broken is not None:
            yield None, text[broken:start]
            broken = None
        yield value, ""
    if broken is not None:
        yield None, text[broken:]


def items(text: str, names: Sequence[str]) -> list[object]:
    """The rows in a model's answer: objects where it wrote objects, else what it wrote instead.

    A list may stand bare, under any key, or be one object per row; several follow each other.
    `names` (the fields) distinguish a row from a wrapper, and a broken row from prose. An answer
    without any JSON is one text item; so is each broken or cut-off row. Never raises.
    """
    if not text.strip():
        return []
    text = _decoded(_THOUGHT.sub("", text[:MAX_TEXT]))
    known = set(names)
    groups: list[list[object]] = []
    for value, broken in values(text):
        if not broken:
            groups.append(_unwrapped(value, known, 0))
        elif any(f'"{name}"' in broken for name in names):
            groups.append([broken[:MAX_VALUE]])
    rows = [row for group in groups if _has_objects(group) for row in group]
    if rows:
        texts = [row for group in groups if not _has_objects(group) for row in group]
        return [*rows, *(row for row in texts if type(row) is str)]
    return [row for group in groups for row in group] or [text[:MAX_VALUE]]


def _decoded(text: str) -> str:
    """What the JSON string holds that `text` is as a whole, fences aside; else `text`."""
    for _ in range(MAX_ENCODED):
        fenced = _FENCED.fullmatch(text)
        inner = (fenced[1] if fenced else text).strip()
        if not inner.startswith('"'):
            break
        try:
            text = str(_DECODER.decode(inner))
        except (ValueError, RecursionError):
            break
    return text


def _within(value: object) -> object:
    """The array or object that a text of JSON holds; else `value` itself."""
    if type(value) is str and value.lstrip().startswith(("[", "{")):
        try:
            return _DECODER.decode(value)
        except (ValueError, RecursionError):
            pass
    return value


def _has_objects(group: list[object]) -> bool:
    return any(isinstance(row, Mapping) for row in group)


def _unwrapped(value: object, known: set[str], depth: int) -> list[object]:
    if isinstance(value, list):
        flat: list[object] = []
        for item in map(_within, value):
            flat.extend(_unwrapped(item, known, depth + 1) if _is_list(item, depth) else [item])
        return flat
    if known.isdisjoint(value) and depth < 3:
        inner = [item for item in map(_within, value.values()) if isinstance(item, (list, dict))]
        lists = [item for item in inner if isinstance(item, list)]
        chosen = lists[:1] or inner
        if chosen:
            return [row for item in chosen for row in _unwrapped(item, known, depth + 1)]
    return [value]


def _is_list(item: object, depth: int) -> bool:
    return isinstance(item, list) and depth < 3


def as_text(value: object) -> str | None:
    """One value as it goes into a text column; null stays null, nested JSON stays JSON."""
    if value is None:
        return None
    return safe(value if isinstance(value, str) else dump(value))


def columns(item: object, names: Sequence[str]) -> dict[str, str | None]:
    """One received item as the columns of the responses table.

    The fields as text, `missing_fields` and `extra_fields` as names joined by `;`, and `raw`. What
    is no object has no field at all.
    """
    if not isinstance(item, Mapping):
        row: dict[str, str | None] = dict.fromkeys(names)
        text = item if isinstance(item, str) and not isinstance(item, Number) else dump(item)
        return row | {
            "missing_fields": ";".join(names),
            "extra_fields": "",
            "raw": safe(text, MAX_VALUE),
        }
    row = {name: as_text(item.get(name)) for name in names}
    known = set(names)
    extra = ";".join(safe(str(name).replace(";", ","), 100) for name in item if name not in known)
    return row | {
        "missing_fields": ";".join(name for name in names if name not in item),
        "extra_fields": extra[:MAX_NAMES],
        "raw": safe(dump(item), MAX_RAW),
    }


def complete(item: object, names: Sequence[str]) -> bool:
    """Whether an item is an object with every field, the least that a usable row has."""
    return isinstance(item, Mapping) and all(name in item for name in names)


def score(value: object, justification: object) -> Score:
    """A judge's score: a number from 1 to 10, also as text (`7`, `7/10`); else not judged."""
    why = as_text(justification) or ""
    match = re.fullmatch(r"\s*(\d{1,2}(?:\.\d+)?)\s*(?:/\s*10)?\s*", str(value))
    number = float(match[1]) if match else None
    if isinstance(value, bool) or number is None or not 1 <= number <= 10:
        shown = safe(dump(value), 60)
        return Score(None, f"the judge gave {shown}, which is no score from 1 to 10")
    return Score(number, why)


def scores(text: str, ids: Sequence[str]) -> list[Score]:
    """Scores from a judge's answer, one per id: objects with `id`, `score`, `justification`.

    Without ids, a list of the right length is read in order. What is missing is not judged.
    """
    given = [item for item in items(text, ("id", "score")) if isinstance(item, Mapping)]
    by_id: dict[str, Mapping] = {}
    for item in given:
        by_id.setdefault(str(item.get("id")).strip(), item)
    if not any(name in by_id for name in ids) and len(given) == len(ids):
        by_id = dict(zip(ids, given, strict=True))
    return [
        score(by_id[name].get("score"), by_id[name].get("justification"))
        if name in by_id
        else Score(None, "the judge's answer left this row out")
        for name in ids
    ]
