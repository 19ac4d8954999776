"""The manifest of a set of exports: what each file must be, and whether it is."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from likeness.schema.outputs import MANIFEST, is_ours


def described(folder: Path) -> dict[str, dict]:
    """The files under `folder` by name (with /), each with its sha256 and bytes."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): entry(path) for path in paths}


def entry(path: Path) -> dict[str, object]:
    """What a manifest says of a file: sha256 (hex) and bytes."""
    with open(path, "rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
        return {"sha256": digest, "bytes": handle.tell()}


def write(folder: Path, manifest: Mapping[str, object]) -> None:
    """Write manifest.json into `folder`, at once and onto the disk."""
    temporary = folder / f"{MANIFEST}.new"
    with open(temporary, "w", encoding="utf-8") as handle:
        json.dump(manifest, handle, indent=2, ensure_ascii=False)
        handle.write("\n")
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, folder / MANIFEST)
    to_disk(folder)


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(folder: Path) -> dict | None:
    """The manifest in `folder`; None if there is none that can be read.

    Names that no export has are left out: a manifest says nothing of files that are not ours.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {name: dict(what) for name, what in manifest["files"].items() if is_ours(name)}
        return manifest | {"files": files, "build_id": str(manifest["build_id"])}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def problem(folder: Path) -> str:
    """One sentence about the first file in `folder` that is not as its manifest says, or ''."""
    manifest = read(folder)
    if manifest is None:
        if (folder / MANIFEST).exists():
            return f"{folder / MANIFEST} cannot be read: the next green build writes it anew."
        return ""
    wrong = [name for name, what in manifest["files"].items() if not agrees(folder / name, what)]
    if not wrong:
        return ""
    others = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return (
        f"{folder / wrong[0]}{others} is not what {MANIFEST} says of build "
        f"{manifest['build_id']}: the files in {folder} do not belong together; "
        "the next green build writes them anew."
    )


def agrees(path: Path, what: Mapping[str, object]) -> bool:
    """Whether the file at `path` is the one that a manifest describes."""
    try:
        return path.stat().st_size == what["bytes"] and entry(path) == what
    except OSError:
        return False
