"""The content of a source file as one name, whatever the file is called."""

import csv
import gzip
import hashlib
import os
from functools import lru_cache
from pathlib import Path

from likeness.warehouse.reading import parquet_files

CHUNK = 1 << 20


def file_digest(path: str | Path) -> str:
    """SHA-256 of the content (64 hex digits), '' where the file cannot be read.

    A .gz file counts as what it unpacks to, so that a compressed copy is the same source; a folder
    or glob of Parquet files as the files in the order of their names.
    """
    try:
        several = parquet_files.files(str(path))
        if several:
            named = ((file.name, file_digest(file)) for file in several)
            return hashlib.sha256(repr(list(named)).encode()).hexdigest()
        status = os.stat(path)
        return _digest(str(path), status.st_ino, status.st_size, status.st_mtime_ns)
    except (OSError, EOFError):
        return ""


def text_rows(path: str | Path) -> int | None:
    """Rows of a csv or tsv file without its header; None where it cannot be read as one."""
    name = str(path).lower()
    if ".csv" not in name and ".tsv" not in name:
        return None
    opened = gzip.open if name.endswith(".gz") else open
    try:
        with opened(path, "rt", newline="", encoding="utf-8") as handle:
            return sum(1 for _ in csv.reader(handle, delimiter=",\t"[".tsv" in name])) - 1
    except (OSError, EOFError, ValueError, csv.Error):
        return None


# A build asks before its first model and again beside raw.loans.
@lru_cache(maxsize=16)
def _digest(path: str, inode: int, size: int, modified: int) -> str:
    opened = gzip.open if path.lower().endswith(".gz") else open
    whole = hashlib.sha256()
    with opened(path, "rb") as handle:
        while chunk := handle.read(CHUNK):
            whole.update(chunk)
    return whole.hexdigest()
