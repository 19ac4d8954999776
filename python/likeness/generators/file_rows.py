"""Rows of any origin, read from a file.

csv, tsv, parquet, json lines, or a JSON array of rows such as Synthetic Data Studio's
`freeform_data_*.json`.
"""

import csv
import gzip
import zlib
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

import pandas as pd

from likeness import warehouse
from likeness.llm.core import parse
from likeness.llm.sds import files
from likeness.schema.fields import NUMBER_KINDS, Field, load_fields
from likeness.schema.given import seed_file
from likeness.warehouse.reading import decimals, dialect, encodings

DELIMITERS = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
ENDINGS = (*DELIMITERS, ".json", ".jsonl", ".parquet")
ROWS_PER_FRAME = 20_000
HEAD = 1 << 18
SEED_COLUMN = "Seeds"
csv.field_size_limit(10_000_000)


def ending(path: str | Path) -> str:
    """The ending that decides how `path` is read, `.gz` aside."""
    return Path(str(path).lower().removesuffix(".gz")).suffix


def problem_with_path(path: str | None) -> str:
    """One sentence that stops a build whose rows should come from `path`, or ''."""
    if not path:
        return "generator file needs var synthetic_path: the file that holds the synthetic rows."
    if ending(path) not in ENDINGS:
        return f"{path}: var synthetic_path must name a file ending in {', '.join(ENDINGS)}."
    if not Path(path).is_file():
        return f"{path}: there is no such file; var synthetic_path must name the synthetic rows."
    try:
        rows = items(path)
        if next(rows, None) is None:
            return f"{path} holds no rows."
        if ending(path) == ".json" or str(path).lower().endswith(".gz"):
            # What is cut off shows at its end only.
            deque(rows, maxlen=0)
    except EOFError:
        return f"{path} is cut off: its gzip data end too early; copy or write it again."
    except (ValueError, OSError, csv.Error, warehouse.Error, zlib.error) as error:
        sentence = warehouse.first_sentence(error)
        return sentence if str(path) in sentence else f"{path} cannot be read: {sentence}"
    return ""


def problem_with_header(path: str | Path, fields: Sequence[Field]) -> str:
    """A sentence where a table's header lacks a field without which no row can be accepted."""
    if ending(path) not in (*DELIMITERS, ".parquet"):
        return ""
    _, row = next(items(path))
    lacking = [f.name for f in fields if not f.has_role("formula") and f.name not in row]
    if not lacking:
        return ""
    named = f"columns {', '.join(lacking)}" if len(lacking) > 1 else f"column {lacking[0]}"
    return (
        f"{path} has no {named}: no row of it could be accepted; its first line must name the "
        f"{len(fields)} columns of the source."
    )


def items(path: str | Path) -> Iterator[tuple[str | None, object]]:
    """Seed text (None if the file names none) and row of each row of `path`, in its order.

    A row is a dict of what the file holds for it, or whatever stood in its place.
    """
    kind = ending(path)
    if kind == ".json":
        return ((row.seed_text, row.row) for row in files.iter_freeform(path))
    rows = {".parquet": _parquet, ".jsonl": _json_lines}.get(kind, _delimited)(path)
    return (_seed_apart(row) for row in rows)


def _seed_apart(row: object) -> tuple[str | None, object]:
    seed = row.get(SEED_COLUMN) if isinstance(row, dict) else None
    return (seed if isinstance(seed, str) else None), files.strip_server_keys(row)


def _open(path: str | Path) -> TextIO:
    opener = gzip.open if str(path).lower().endswith(".gz") else open
    return opener(path, "rt", encoding="utf-8-sig", errors="replace", newline="")


def _delimited(path: str | Path) -> Iterator[dict]:
    """Rows as dicts; a short row lacks its last fields, what a long one has too much is extra."""
    fields = load_fields(seed_file("seeds/fields.csv"))
    head = next(encodings.chunks(path), b"")[:HEAD]
    encoding = encodings.find(path)
    names = [field.name for field in fields]
    found = dialect.find(head.decode(encoding, errors="ignore"), names, DELIMITERS[ending(path)])
    header = dialect.unique(found.header, names)
    with encodings.opened(path) as raw, TextIOWrapper(raw, encoding=encoding, newline="") as handle:
        for _ in range(found.skipped + 1):
            handle.readline()
        reader = csv.reader(handle, delimiter=found.delimiter, quotechar=found.quote)
        rows = (_of_cells(header, cells) for cells in reader if cells)
        numbers = [field.name for field in fields if field.kind in NUMBER_KINDS]
        first = list(islice(rows, ROWS_PER_FRAME))
        comma = decimals.has_comma(row.get(name) for row in first for name in numbers)
        for row in chain(first, rows):
            yield decimals.pointed(row, numbers) if comma else row


def _of_cells(header: Sequence[str], cells: Sequence[str]) -> dict:
    row = {name: cell or None for name, cell in zip(header, cells, strict=False)}
    return row | {f"column {n + 1}": cells[n] for n in range(len(header), len(cells))}


def _json_lines(path: str | Path) -> Iterator[object]:
    with _open(path) as handle:
        for line in handle:
            if line.strip():
                try:
                    yield files.DECODER.decode(line.strip())
                except (ValueError, RecursionError):
                    yield line.strip()


def _parquet(path: str | Path) -> Iterator[dict]:
    file = warehouse.literal(str(path))
    for frame in warehouse.frames(f"select columns(*)::varchar from read_parquet({file})"):
        yield from frame.to_dict("records")


def responses(
    path: str | Path,
    names: Sequence[str],
    seeds: Mapping[int, str],
    markers: Collection[str] = (),
    kept_in: Collection[str] = (),
) -> Iterator[pd.DataFrame]:
    """The rows of `path` as frames of the table of received rows.

    `names` are the fields in source order, `seeds` the seed texts by id; a text of `markers` is a
    missing value, save in the fields `kept_in`. Columns: synthetic_id,
    generator, seed_id (missing where the row names no known seed), request_id, row_in_request, the
    fields as text, missing_fields, extra_fields, raw.
    """
    numbered = enumerate(items(path), start=1)
    missing = {marker.strip().lower() for marker in markers}
    stated = [name for name in names if name not in kept_in]
    while chunk := list(islice(numbered, ROWS_PER_FRAME)):
        seed_ids = files.match_seeds([seed for _, (seed, _) in chunk], seeds)
        frame = pd.DataFrame(
            [
                {
                    "synthetic_id": f"file-{number:09d}",
                    "generator": "file",
                    "seed_id": seed_id,
                    "request_id": Path(path).name,
                    "row_in_request": number,
                    **_stated(parse.columns(row, names), stated, missing),
                }
                for (number, (_, row)), seed_id in zip(chunk, seed_ids, strict=True)
            ]
        )
        yield frame.astype({"seed_id": "Int64"})


def _stated(row: dict, names: Sequence[str], missing: Collection[str]) -> dict:
    marked = [name for name in names if row[name] and row[name].strip().lower() in missing]
    return row | dict.fromkeys(marked)
