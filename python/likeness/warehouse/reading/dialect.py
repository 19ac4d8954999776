"""Delimiter, quote and header line of a text file, found by the names that a header must hold."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
MOST_PREAMBLE = 50
MOST_GUESSED = 200
csv.field_size_limit(10_000_000)


@dataclass(frozen=True)
class Dialect:
    """How a file's text is cut into fields; `skipped` is the number of lines before the header."""

    delimiter: str
    quote: str
    skipped: int
    header: tuple[str, ...]
    matched: int


def cells(line: str, delimiter: str, quote: str = '"') -> list[str]:
    """The fields of one line."""
    return next(csv.reader([line], delimiter=delimiter, quotechar=quote), [])


def find(
    head: str,
    names: Sequence[str],
    fallback: str,
    delimiter: str | None = None,
    header_line: int | None = None,
) -> Dialect:
    """The dialect under which a line among the first ones holds most of `names`.

    `head` is the file's first text, `fallback` the delimiter where no line holds any of them,
    `delimiter` and `header_line` (from 1) what a user has set.
    """
    wanted = {name.lower() for name in names}
    lines = head.splitlines()[: max(MOST_PREAMBLE, header_line or 0)]
    numbered = [(n, line) for n, line in enumerate(lines) if header_line in (None, n + 1)]
    best = None
    for n, line in numbered:
        for sign in (delimiter,) if delimiter else (fallback, *DELIMITERS):
            for quote in '"', "'":
                header = [cell.strip().lstrip("\ufeff") for cell in cells(line, sign, quote)]
                matched = len(wanted & {cell.lower() for cell in header})
                if best is None or matched > best.matched:
                    best = Dialect(sign, quote, n, tuple(header), matched)
    return best or Dialect(delimiter or fallback, '"', 0, (), 0)


def guess(head: str, fallback: str) -> Dialect:
    """The dialect of a file whose columns nobody has named.

    It is the one under which most records have the same number of fields, and more than one; the
    header is the first such record. `head` is the file's first text, `fallback` the delimiter of a
    file with one column.
    """
    best, most = None, 1.0
    for delimiter in (fallback, *DELIMITERS):
        records = _records(head, delimiter)
        sizes = [len(record) for _, record in records]
        common = max(set(sizes), key=lambda size: (sizes.count(size), size), default=1)
        score = common * sizes.count(common) / max(len(sizes), 1)
        if common > 1 and score > most:
            line, header = next((n, r) for n, r in records if len(r) == common)
            best, most = _found(delimiter, line, header), score
    if best:
        return best
    return next(
        (_found(fallback, n, r) for n, r in _records(head, fallback)), _found(fallback, 0, [])
    )


def _found(delimiter: str, line: int, header: Sequence[str]) -> Dialect:
    names = tuple(cell.strip().lstrip("\ufeff") for cell in header)
    return Dialect(delimiter, '"', line, names, len(names))


def _records(head: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The first records that are not empty, each with the number of lines before it."""
    reader = csv.reader(head.splitlines(keepends=True), delimiter=delimiter)
    found, line = [], 0
    for record in reader:
        if any(cell.strip() for cell in record):
            found.append((line, record))
        line = reader.line_num
        if len(found) > MOST_GUESSED:
            break
    # The last record may have been cut off with the text.
    return found[:-1] if len(found) > 2 else found


def unique(header: Sequence[str], names: Sequence[str]) -> list[str]:
    """Column names: those of `names` as written there, empty and repeated ones numbered."""
    known = {name.lower(): name for name in names}
    used: set[str] = set()
    result = []
    for n, cell in enumerate(header):
        name = known.get(cell.lower(), cell) or f"column{n}"
        if name.lower() in used:
            name = f"{name}_{n}"
        used.add(name.lower())
        result.append(name)
    return result
