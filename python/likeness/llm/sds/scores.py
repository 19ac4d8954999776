"""Scores in Synthetic Data Studio's evaluations, matched to the rows that they are of. Pure."""

import json
from collections.abc import Mapping, Sequence

from likeness.llm.core import parse
from likeness.llm.core.backend import Row, Score
from likeness.llm.sds.files import SERVER_KEYS, evaluated_rows, strip_server_keys

# The key under which a row's place in its call stands beside its fields.
PLACE = "likeness_row"
NO_FILE = (
    "no file of the server holds this row: rows of other origin need the var sds_workspace, a "
    "folder that this build and the server both see"
)
WITHIN_TEXT = (
    "the server keeps this row within a text of several rows, which it judges as one: they need "
    "the var sds_workspace, a folder that this build and the server both see"
)


def contents(row: object, names: Sequence[str]) -> list[tuple]:
    """The `content` of each row of fields `names` in a row of the server's file.

    It is one, or what stands in the text that the server could not read.
    """
    kept = strip_server_keys(row)
    items = parse.items(kept, names) if isinstance(kept, str) and kept is not row else [kept]
    return [content(item) for item in items if isinstance(item, Mapping)]


def content(row: Mapping) -> tuple:
    """What two writings of one row share: 10000.0, "10000.0" and 10000 are the same number."""
    pairs = ((str(name), _plain(value)) for name, value in row.items() if name not in SERVER_KEYS)
    return tuple(sorted(pair for pair in pairs if pair[1]))


def _plain(value: object) -> str:
    text = parse.as_text(value)
    if text is None:
        return ""
    try:
        return repr(float(text))
    except ValueError:
        return " ".join(text.split())


def _verdicts(text: str) -> list[tuple[object, Score]]:
    """(row, score) of every evaluated row in the server's answer to one evaluation."""
    body = json.loads(text, parse_constant=lambda _: None)
    result = body.get("result", body) if isinstance(body, dict) else body
    verdicts = []
    for item in evaluated_rows(result):
        if item.score is None:
            verdicts.append((item.row, Score(None, item.justification)))
        else:
            verdicts.append((item.row, parse.score(item.score, item.justification)))
    return verdicts


def scored(text: str, names: Sequence[str]) -> set[tuple]:
    """The contents of the rows that have a score in one evaluation's text."""
    judged = [contents(row, names) for row, score in _verdicts(text) if score.score is not None]
    return {found[0] for found in judged if len(found) == 1}


def scores(raw: str, rows: Sequence[Row]) -> list[Score]:
    """One score per row, in order: by the place written beside it, else by content.

    Equal rows share a score. What can't be read is not judged; never raises.
    """
    try:
        whole = json.loads(raw, parse_constant=lambda _: None)
        texts = [json.dumps(part) for part in whole] if isinstance(whole, list) else [raw]
    except (ValueError, RecursionError):
        texts = []
    by_place: dict[object, Score] = {}
    by_content: dict[tuple, Score] = {}
    reason = NO_FILE if texts or raw.strip() == "[]" else "the judge's answer can't be read"
    for text in texts:
        try:
            verdicts = _verdicts(text)
        except (ValueError, RecursionError):
            reason = _error_in(text) or reason
            continue
        for row, score in verdicts:
            place = row.get(PLACE) if isinstance(row, Mapping) else None
            known = by_place if place is not None else by_content
            found = [place] if place is not None else contents(row, list(rows[0]) if rows else ())
            if len(found) != 1 or isinstance(found[0], list | dict):
                continue
            (key,) = found
            if key not in known or known[key].score is None:
                known[key] = score
    if by_place:
        lost = Score(None, "the judge's answer left this row out")
        return [by_place.get(place, lost) for place in range(len(rows))]
    return [by_content.get(content(row), Score(None, reason)) for row in rows]


def _error_in(text: str) -> str:
    body = json.loads(text)
    return str(body.get("error", "")) if isinstance(body, dict) else ""
