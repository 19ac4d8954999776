"""Small sets of exports: staged by hand, in place of what a build's models stage."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from likeness.builds.publishing import build, manifest, staging
from likeness.schema.outputs import FIGURES, MANIFEST, ROWS

TABLES = [
    {"id": "seeds", "name": "seed_instructions", "stages": True, "tags": ["step_1"]},
    {"id": "rows", "name": "exports", "stages": True, "tags": ["step_3"], "parents": ["seeds"]},
]
NODES = [{"kind": "model", "parents": [], "is_error": True, **node} for node in TABLES]
NODES.append(
    {
        "id": "gate",
        "name": "gates_without_error",
        "kind": "test",
        "parents": ["rows"],
        "is_error": True,
        "stages": False,
        "tags": [],
    }
)
NAMES = (ROWS, "SeedsInstructions.json", "likeness_marts.duckdb", "report.html")
FIGURE_NAMES = tuple(f"{FIGURES}/bars_{letter}.svg" for letter in "abcdefgh")


def result(key: str, status: str = "success") -> dict:
    """What came of a node of NODES."""
    (node,) = (node for node in NODES if node["id"] == key)
    return {"id": key, "name": node["name"], "kind": node["kind"], "status": status}


GREEN = [result("seeds"), result("rows"), result("gate", "pass")]
RED = [result("seeds"), result("rows"), result("gate", "fail")]


def begin(folder: Path, build_id: str, stages: bool = True) -> dict:
    """The start of a build."""
    request = {"folder": str(folder), "build_id": build_id, "stages": stages}
    return json.loads(build.begin(json.dumps(request)))


def stage(folder: Path, build_id: str, names=NAMES + FIGURE_NAMES) -> None:
    """Each file of a set, its text naming the build."""
    for name in names:
        path = staging.staging_of(folder, build_id) / staging.FILES / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{name} of {build_id}\n" * 50)


def end(folder: Path, build_id: str, results=GREEN, gates=(), is_empty=False) -> dict:
    """The end of a build."""
    request = {
        "folder": str(folder),
        "build_id": build_id,
        "is_empty": is_empty,
        "nodes": NODES,
        "results": results,
        "gates": list(gates),
        "about": {"build_id": build_id, "built_at": "2026-01-02T03:04:05Z"},
    }
    return json.loads(build.end(json.dumps(request)))


def publish(folder: Path, build_id: str, names=NAMES + FIGURE_NAMES) -> dict:
    """A whole green build."""
    begin(folder, build_id)
    stage(folder, build_id, names)
    return end(folder, build_id)


def contents(folder: Path) -> dict[str, str]:
    """All files under a folder, hidden ones too, with their text."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


def whole(folder: Path) -> str:
    """The build whose set, all of it and nothing else, is in the folder; '' if that is not so."""
    known = manifest.read(folder)
    if known is None or manifest.problem(folder):
        return ""
    files = contents(folder)
    files.pop(MANIFEST)
    texts = {text.split()[-1] for text in files.values()}
    return known["build_id"] if set(files) == set(known["files"]) and len(texts) == 1 else ""


def child(work: Callable[[], object]) -> tuple[int, BinaryIO]:
    """A process that does `work` and ends with 0, or with 1 if that fails: pid and its output.

    `work` may say something by what it yields: a line of it each.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            for said in work() or ():
                os.write(writing, f"{said}\n".encode())
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    return pid, os.fdopen(reading, "rb")


def ended(pid: int) -> int:
    """The exit code of a process, less than 0 for the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
