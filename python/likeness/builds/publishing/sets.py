"""Moving a staged set into the export folder, so that a kill at any moment can be repaired.

A set is complete in its staging folder, manifest included and on the disk, before the first file
is moved. A build that ends earlier leaves the old set; one that ends later is finished by the next
command. The manifest is moved last: until then the old one, if any, disagrees with the files.
"""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from likeness.builds.publishing import manifest, staging
from likeness.builds.publishing.locks import locked
from likeness.schema.outputs import (
    FIGURES,
    FIRST_STEP,
    LOCK,
    MANIFEST,
    RED_REPORT,
    ROWS,
    STAGING,
    WHOLE,
    is_ours,
    is_temporary,
)


def seal(own: Path, about: Mapping[str, object], names: Collection[str] | None = None) -> dict:
    """Complete the set staged in `own` with its manifest (`about` and its files); all on the disk.

    Only files of these `names` belong to it; None: all that is staged. Returns the manifest.
    """
    files = own / staging.FILES
    held = manifest.described(files)
    if names is not None:
        held = {name: what for name, what in held.items() if name in names}
    whole = dict(about) | {"files": held}
    for name in whole["files"]:
        manifest.to_disk(files / name)
    for folder in {files, *(files / name for name in whole["files"])}:
        if folder.is_dir():
            manifest.to_disk(folder)
    manifest.write(own, whole)
    return whole


def target(sealed: Mapping[str, object], folder: Path) -> Path:
    """Where a sealed set belongs: a first step beside a whole set has a folder of its own there."""
    beside = sealed.get("set") == FIRST_STEP and holds_whole_set(folder)
    return folder / FIRST_STEP if beside else folder


def is_untouched(own: Path) -> bool:
    """Whether no file of the set sealed in `own` has been moved yet."""
    sealed = manifest.read(own)
    return sealed is None or _waiting(own, sealed) == list(sealed["files"])


def _waiting(own: Path, sealed: Mapping) -> list[str]:
    return [name for name in sealed["files"] if (own / staging.FILES / name).is_file()]


def move(own: Path, folder: Path) -> str:
    """Move the sealed set of `own` into `folder`, in place of the one there; '' or what is wrong.

    May be called again after any part of it was done. Raises OSError.
    """
    sealed = manifest.read(own)
    waiting = _waiting(own, sealed)
    for name, what in sealed["files"].items():
        if name not in waiting and not manifest.agrees(folder / name, what):
            return f"{folder / name} is neither moved nor waiting to be"
    _check_targets(folder, waiting)
    for name in waiting:
        os.replace(own / staging.FILES / name, folder / name)
    for name in _of_old_set(folder) - set(sealed["files"]):
        (folder / name).unlink(missing_ok=True)
    if (folder / FIGURES).is_dir():
        if any((folder / FIGURES).iterdir()):
            manifest.to_disk(folder / FIGURES)
        else:
            (folder / FIGURES).rmdir()
    manifest.to_disk(folder)
    os.replace(own / MANIFEST, folder / MANIFEST)
    manifest.to_disk(folder)
    return ""


def _check_targets(folder: Path, names: list[str]) -> None:
    """Raises OSError, before anything is moved, where a file could not take its place."""
    for parent in {(folder / name).parent for name in names}:
        parent.mkdir(parents=True, exist_ok=True)
        if not os.access(parent, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied", str(parent))
    for name in [*names, MANIFEST]:
        if (folder / name).is_dir():
            raise IsADirectoryError(21, "Is a directory", str(folder / name))


def _of_old_set(folder: Path) -> set[str]:
    """Names of the files that the set in `folder` consists of, the last red report included."""
    known = manifest.read(folder)
    if known is not None:
        return {*known["files"], RED_REPORT}
    found = {path.relative_to(folder).as_posix() for path in folder.glob("*")}
    found |= {path.relative_to(folder).as_posix() for path in folder.glob(f"{FIGURES}/*")}
    return {name for name in found if is_ours(name)} | {RED_REPORT}


def holds_whole_set(folder: Path) -> bool:
    """Whether `folder` holds a set of all files, with a manifest or from before there was one."""
    known = manifest.read(folder)
    return (folder / ROWS).exists() if known is None else known.get("set") == WHOLE


def recover(folder: Path) -> list[str]:
    """Finish what a killed build has half moved, and remove what it staged; a sentence for each.

    Files of builds that are still running, and files that are not ours, stay.
    """
    leftovers = [*folder.glob(f"{STAGING}*"), *folder.glob(LOCK), *_temporaries(folder)]
    if not leftovers:
        return []
    with locked(folder / LOCK):
        return recover_locked(folder)


def recover_locked(folder: Path) -> list[str]:
    """As `recover`, for whoever holds the folder's lock."""
    said = []
    for own in sorted(folder.glob(f"{STAGING}*"), key=_sealed_at):
        if not staging.is_running(own):
            said += _mended(own, folder)
    for path in _temporaries(folder):
        path.unlink(missing_ok=True)
        said.append(f"{path}, left by a build that was killed, is removed.")
    return said


def _temporaries(folder: Path) -> list[Path]:
    hidden = [*folder.glob(".*"), *folder.glob(f"{FIGURES}/.*")]
    return [path for path in hidden if is_temporary(path.name)]


def _mended(own: Path, folder: Path) -> list[str]:
    sealed, build_id = manifest.read(own), own.name.removeprefix(STAGING)
    if sealed is None:
        staging.remove(own)
        return [f"{folder}: what the killed build {build_id} had staged is removed."]
    wrong = move(own, target(sealed, folder))
    staging.remove(own)
    if wrong:
        return [
            f"{folder}: the set of build {build_id}, half moved when it was killed, cannot be "
            f"finished ({wrong}); the next green build writes it anew."
        ]
    return [
        f"{folder}: the files and {MANIFEST} did not agree, as build {build_id} was killed while "
        "its set was moved; the move is finished, they agree now."
    ]


def _sealed_at(own: Path) -> tuple[int, str]:
    sealed = own / MANIFEST
    return sealed.stat().st_mtime_ns if sealed.exists() else 0, own.name
