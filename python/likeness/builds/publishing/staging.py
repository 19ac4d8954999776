"""Where a build writes its files until it is known whether they may be published."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from likeness import warehouse
from likeness.builds.publishing import locks
from likeness.schema.outputs import STAGING
from likeness.warehouse import dbt_flags
from likeness.warehouse.stops import Stop

FILES, LOCK, RED_PAGE = "files", "lock", "red.html"


class CannotWrite(Stop, OSError):
    """A file that cannot be written; the message is a sentence naming it, and what to do."""


def staging_of(folder: str | Path, build_id: str) -> Path:
    """The hidden folder in which a build stages its files, beside those of the last good set."""
    return Path(folder) / f"{STAGING}{build_id}"


def create(folder: Path, build_id: str) -> Path:
    """Make the staging folder of a build of this process, kept from others while it runs."""
    locks.let_go()
    staging = staging_of(folder, build_id)
    (staging / FILES).mkdir(parents=True)
    locks.keep(staging / LOCK)
    return staging


def remove(staging: Path) -> None:
    """Remove a staging folder with all that is in it."""
    shutil.rmtree(staging, ignore_errors=True)


def is_running(staging: Path) -> bool:
    """Whether the build that stages its files there is still running."""
    return locks.is_kept(staging / LOCK)


@contextmanager
def staged(folder: str, *names: str) -> Iterator[Path]:
    """A path for the file `names` of this build's set, to be published in `folder` if it is green.

    Raises CannotWrite where the block cannot write it (disk full, folder not writable).
    """
    yield from _writing(staging_of(folder, dbt_flags.build_id()) / FILES, folder, *names)


@contextmanager
def staged_red_page(folder: str) -> Iterator[Path]:
    """A path for the page that is published in place of the set if the build is red."""
    yield from _writing(staging_of(folder, dbt_flags.build_id()), folder, RED_PAGE)


def _writing(staging: Path, folder: str, *names: str) -> Iterator[Path]:
    path = staging.joinpath(*names)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield path
    except (OSError, warehouse.FileError) as error:
        why = getattr(error, "strerror", None) or warehouse.first_sentence(error)
        raise CannotWrite(cannot_write(Path(folder).joinpath(*names), why)) from error


def cannot_write(path: str | Path, why: object) -> str:
    """The sentence about a file that cannot be written."""
    return (
        f"{path} cannot be written ({why}): make room or rights there, or set var export_dir; "
        "nothing was published, the last good set stays as it is."
    )
