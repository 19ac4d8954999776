"""A copy of a text file that DuckDB reads as it is: UTF-8, header first, no footer lines."""

import atexit
import csv
import fcntl
import io
import os
import shutil
import tempfile
from _csv import Reader, Writer
from contextlib import suppress
from functools import cache
from pathlib import Path

from likeness.warehouse.reading.dialect import Dialect
from likeness.warehouse.reading.encodings import CannotRead, opened

MOST_FOOTER, MOST_FOOTER_CELLS = 50, 2


PREFIX, LOCK = "likeness-", "in_use"


@cache
def folder() -> Path:
    """A folder that only this user may read, gone with this process."""
    path = Path(tempfile.mkdtemp(prefix=PREFIX))
    # The lock ends with the process, however it ends: `remove_stale` tells by it who is gone.
    fcntl.flock(os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def remove_stale() -> None:
    """Remove the folders of processes of this user that were killed before they could do so."""
    with suppress(OSError):
        for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}"):
            with suppress(OSError):
                if path.stat().st_uid == os.getuid() and not _is_in_use(path):
                    shutil.rmtree(path.parent, ignore_errors=True)


def _is_in_use(lock: Path) -> bool:
    descriptor = os.open(lock, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def copy(path: str, encoding: str, found: Dialect, names: list[str], target: Path) -> int:
    """Write the rows of `path` to `target`; the number of footer lines left out.

    Footer lines are the last records where they hold at most two filled fields and their number of
    fields is not the header's. Raises CannotRead naming the line of any other such record.
    """
    try:
        with (
            opened(path) as raw,
            io.TextIOWrapper(raw, encoding=encoding, newline="") as handle,
            open(target, "w", newline="", encoding="utf-8") as out,
        ):
            for _ in range(found.skipped):
                handle.readline()
            reader = csv.reader(
                handle, delimiter=found.delimiter, quotechar=found.quote, strict=True
            )
            writer = csv.writer(out, lineterminator="\n")
            next(reader, None)
            writer.writerow(names)
            return _rows(path, reader, writer, found.skipped, len(names))
    except csv.Error as error:
        line = found.skipped + reader.line_num
        raise CannotRead(
            f"{path}, line {line}: {error}; look for a quote that is not closed or doubled."
        ) from None
    except EOFError:
        raise CannotRead(
            f"{path} is cut off: its gzip data end too early; copy or download it again."
        ) from None


def _rows(path: str, reader: Reader, writer: Writer, skipped: int, wanted: int) -> int:
    odd: list[tuple[int, list[str]]] = []
    line = skipped + reader.line_num
    for record in reader:
        if len(record) == wanted and not odd:
            writer.writerow(record)
        elif len(record) == wanted:
            raise _ragged(path, *odd[0], wanted)
        elif any(cell.strip() for cell in record):
            odd.append((line + 1, record))
        line = skipped + reader.line_num
    for number, record in odd:
        filled = sum(1 for cell in record if cell.strip())
        if filled > MOST_FOOTER_CELLS or len(odd) > MOST_FOOTER:
            raise _ragged(path, number, record, wanted)
    return len(odd)


def _ragged(path: str, line: int, record: list[str], wanted: int) -> CannotRead:
    text = " ".join(" ".join(record).split())[:60]
    return CannotRead(
        f"{path}, line {line}: {len(record)} fields where the header has {wanted} ({text!r}); "
        "look for a quote or a delimiter that is not closed or quoted."
    )
