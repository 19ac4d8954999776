"""Locks that end with their process, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Locks that this process keeps until its build has ended: path of the lock file -> descriptor.
_kept: dict[str, int] = {}


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`, waiting for whoever has it; it is gone afterwards."""
    descriptor = _acquired(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        _release(descriptor)


def _acquired(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Its holder has removed it: the lock of a file without a name excludes no other process.
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), os.stat(path)):
                return descriptor
        os.close(descriptor)


def _release(descriptor: int) -> None:
    # Closing alone would leave the lock to whoever was forked meanwhile.
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def keep(path: Path) -> None:
    """Hold the lock file `path` until `let_go` or the end of this process."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    _kept[str(path)] = descriptor


def let_go() -> None:
    """Give up all locks that this process keeps."""
    while _kept:
        _release(_kept.popitem()[1])


def is_kept(path: Path) -> bool:
    """Whether a running process holds the lock file `path`."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    except PermissionError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
