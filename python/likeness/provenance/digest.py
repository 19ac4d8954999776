"""The content of a source file as one name, whatever the file is called."""

import gzip
import hashlib
import os
from functools import lru_cache
from pathlib import Path

CHUNK = 1 << 20


def file_digest(path: str | Path) -> str:
    """SHA-256 of the content (64 hex digits), '' where the file cannot be read.

    A .gz file counts as what it unpacks to, so that a compressed copy is the same source.
    """
    try:
        status = os.stat(path)
        return _digest(str(path), status.st_ino, status.st_size, status.st_mtime_ns)
    except (OSError, EOFError):
        return ""


# A build asks before its first model and again beside raw.loans.
@lru_cache(maxsize=16)
def _digest(path: str, inode: int, size: int, modified: int) -> str:
    opened = gzip.open if path.lower().endswith(".gz") else open
    whole = hashlib.sha256()
    with opened(path, "rb") as handle:
        while chunk := handle.read(CHUNK):
            whole.update(chunk)
    return whole.hexdigest()
