"""Files that Synthetic Data Studio leaves: generated rows and their evaluation, read without it.

`freeform_data_*.json` is one JSON array of `{"Seeds": <topic>, **row}`; `row_data_*_evaluated.json`
is one object whose `evaluated_rows` stand in the order in which the judge finished. Both may hold
bare NaN, which is no JSON: it reads as null, as the server itself answers it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SEED_KEYS = ("Seeds", "Topic")
SERVER_KEYS = (*SEED_KEYS, "Generated_From")
# What the server writes in place of an evaluation that it could not read: a score of 0 that is
# no score.
SENTINELS = (
    "The evaluated row did not generate valid score and justification",
    "Failed to parse model response",
)
CHUNK = 1 << 20
_GAP = re.compile(r"[\s,]*")


@dataclass(frozen=True)
class FreeformRow:
    """One generated row: the text of its seed (None if the file names none) and the row itself.

    `row` is a dict without the server's own keys, or whatever else stood in its place.
    """

    seed_text: str | None
    row: object


@dataclass(frozen=True)
class EvaluatedRow:
    """One judged row; `score` is None where the server has none, `justification` then says why."""

    row: object
    score: float | None
    justification: str


def _no_number(_: str) -> None:
    return None


DECODER = json.JSONDecoder(parse_constant=_no_number)


def strip_server_keys(row: object) -> object:
    """`row` without the keys that the server adds; anything but a dict comes back as it is.

    A row of a single `text` key is the server's way to hand over an answer that it could not
    parse: that text comes back.
    """
    if not isinstance(row, dict):
        return row
    rest = {key: value for key, value in row.items() if key not in SERVER_KEYS}
    if list(rest) == ["text"] and isinstance(rest["text"], str):
        return rest["text"]
    return rest


def _items(path: Path) -> Iterator[object]:
    """The items of the JSON array in `path`, one at a time, holding little more than one of them.

    Raises ValueError naming the file where it is no array or ends early.
    """
    with open(path, encoding="utf-8-sig") as handle:
        text = handle.read(CHUNK)
        start = _GAP.match(text).end()
        if not text.startswith("[", start):
            raise ValueError(f"{path}: not a JSON array of rows")
        start, ended = start + 1, False
        while True:
            start = _GAP.match(text, start).end()
            if text.startswith("]", start):
                return
            try:
                item, end = DECODER.raw_decode(text, start)
            except json.JSONDecodeError as error:
                end = len(text)
                if ended:
                    raise ValueError(
                        f"{path}: the file ends or breaks within a row ({error.msg}); "
                        "was it still being written?"
                    ) from None
            # What reaches the end of the chunk may go on in the next one.
            if end < len(text):
                yield item
                start = end
                continue
            more = handle.read(max(CHUNK, len(text) - start))
            ended = not more
            text, start = text[start:] + (more or " "), 0


def iter_freeform(path: str | Path) -> Iterator[FreeformRow]:
    """The rows of a `freeform_data_*.json` one after another, in the file's order.

    Raises ValueError naming the file if it is no JSON array of rows.
    """
    for item in _items(Path(path)):
        seed = item.get("Seeds") if isinstance(item, dict) else None
        yield FreeformRow(seed if isinstance(seed, str) else None, strip_server_keys(item))


def read_freeform(path: str | Path) -> list[FreeformRow]:
    """All rows of a `freeform_data_*.json` in the file's order (`iter_freeform` for large ones)."""
    return list(iter_freeform(path))


def evaluated_rows(result: object) -> list[EvaluatedRow]:
    """Judged rows from the server's `result` (or the `evaluation` wrapped around it).

    A sentinel justification, a score that is no number and an item without an evaluation become
    a score of None. Raises ValueError if there is no list of evaluated rows.
    """
    if isinstance(result, dict) and isinstance(result.get("evaluation"), dict):
        result = result["evaluation"]
    items = result.get("evaluated_rows") if isinstance(result, dict) else None
    if not isinstance(items, list):
        raise ValueError("no list of evaluated_rows in it")
    return [_evaluated(item) for item in items]


def _evaluated(item: object) -> EvaluatedRow:
    item = item if isinstance(item, dict) else {}
    verdict = item.get("evaluation")
    verdict = verdict if isinstance(verdict, dict) else {}
    score, text = verdict.get("score"), verdict.get("justification")
    justification = text if isinstance(text, str) else ""
    number = isinstance(score, int | float) and not isinstance(score, bool)
    if not number or justification in SENTINELS:
        return EvaluatedRow(item.get("row"), None, justification or "no score came back")
    return EvaluatedRow(item.get("row"), float(score), justification)


def read_evaluated(path: str | Path) -> list[EvaluatedRow]:
    """The judged rows of a `row_data_*_evaluated.json`, seed key kept in `row`.

    Raises ValueError naming the file if it is none.
    """
    try:
        with open(path, encoding="utf-8-sig") as handle:
            return evaluated_rows(json.load(handle, parse_constant=_no_number))
    except ValueError as error:
        raise ValueError(f"{path}: not an evaluation by Synthetic Data Studio: {error}") from None


_QUOTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")


def seed_key(text: str) -> str:
    """What two writings of one seed share: its statements, whatever brackets and quotes they had.

    A seed is a list of statements; it is met as JSON, as Python prints a list, and as plain text.
    """
    stripped = text.strip()
    try:
        parsed = json.loads(stripped)
    except ValueError:
        parsed = None
    if isinstance(parsed, list):
        parts = [str(part) for part in parsed]
    elif stripped.startswith("[") and stripped.endswith("]"):
        parts = [single or double for single, double in _QUOTED.findall(stripped)] or [stripped]
    else:
        parts = [stripped]
    return " ".join(" ".join(parts).split())


def match_seeds(texts: list[str | None], known: Mapping[int, str]) -> list[int | None]:
    """The seed id for each seed text, None where `known` (id -> seed text) has no such seed."""
    ids = {seed_key(text): seed_id for seed_id, text in sorted(known.items(), reverse=True)}
    return [None if text is None else ids.get(seed_key(text)) for text in texts]
