"""The two moments of a build that concern its exports: before its first model, after its last.

Each takes a request in JSON from a macro and answers in JSON: `lines` to print and `problem`, a
sentence that fails the build, or ''.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from likeness.builds.publishing import locks, manifest, sets, staging
from likeness.builds.publishing.verdict import Verdict, verdict
from likeness.report.red import red_page
from likeness.report.write import versions
from likeness.schema.outputs import (
    ENGINE_PROFILE,
    FIRST_STEP,
    FIRST_STEP_FILES,
    LOCK,
    MANIFEST,
    MARTS,
    RED_REPORT,
    REPORT,
    ROWS,
    SEEDS,
)
from likeness.warehouse.opening import problem_with_room

PACKAGES = ("likeness", "dbt-core", "dbt-duckdb", "duckdb")
LABELS = {
    ROWS: ("rows", ""),
    SEEDS: ("seeds", ""),
    MARTS: ("marts", ", for readers"),
    ENGINE_PROFILE: ("engine", ""),
    REPORT: ("report", ""),
}
MOST_NAMED = 5


def begin(request: str) -> str:
    """Repair what a killed build has left, and make the folder in which this one stages its files.

    `request`: folder, build_id, stages (whether the run makes files for others).
    """
    asked = json.loads(request)
    folder = Path(asked["folder"])
    if folder.exists() and not folder.is_dir():
        return _stopped(f"{folder}, which var export_dir names, is a file: name a folder.")
    try:
        locks.let_go()
        if not asked["stages"]:
            return _answer(sets.recover(folder))
        folder.mkdir(parents=True, exist_ok=True)
        with locks.locked(folder / LOCK):
            lack = problem_with_room(folder, f"files in {folder} (var export_dir)")
            if lack:
                return _stopped(lack)
            said = [*sets.recover_locked(folder), manifest.problem(folder)]
            staging.create(folder, asked["build_id"])
        return _answer(said)
    except OSError as error:
        return _failure(folder, error)


def end(request: str) -> str:
    """Publish what this build has staged, if it may be; else say why not, and what stays.

    `request`: folder, build_id, about (what the manifest says of the build), is_empty, and what
    `verdict` takes.
    """
    asked = json.loads(request)
    folder = Path(asked["folder"])
    own = staging.staging_of(folder, asked["build_id"])
    if not own.is_dir():
        return _answer([])
    try:
        decided = verdict(asked["nodes"], asked["results"], asked["gates"], asked["is_empty"])
        with locks.locked(folder / LOCK):
            if decided.publishes:
                lines = _publish(own, folder, decided.publishes, asked["about"])
            else:
                lines = _keep(own, folder, decided)
            staging.remove(own)
        return _answer(lines)
    except OSError as error:
        # A set that is half moved is finished by the next command.
        if sets.is_untouched(own):
            staging.remove(own)
        return _failure(folder, error)
    finally:
        locks.let_go()


def _publish(own: Path, folder: Path, part: str, about: Mapping) -> list[str]:
    stays = _stays(folder)
    known = {"verdict": "green", "set": part, "versions": versions(PACKAGES)}
    names = FIRST_STEP_FILES if part == FIRST_STEP else None
    sealed = sets.seal(own, {**about, **known}, names)
    target = sets.target(sealed, folder)
    sets.move(own, target)
    said = [
        f"  {label:<10} {target / name}{note}"
        for name, (label, note) in LABELS.items()
        if name in sealed["files"]
    ]
    said.append(f"  manifest   {target / MANIFEST}, of build {sealed['build_id']}")
    return [*said, stays] if target != folder else said


def _keep(own: Path, folder: Path, decided: Verdict) -> list[str]:
    if not decided.failed:
        why = f"Nothing was published: {decided.why}; a whole dbt build publishes."
        return [why, _stays(folder)]
    staged = own / staging.RED_PAGE
    page = red_page(staged.read_text(encoding="utf-8") if staged.exists() else "", decided.failed)
    (own / RED_REPORT).write_text(page, encoding="utf-8")
    manifest.to_disk(own / RED_REPORT)
    (own / RED_REPORT).replace(folder / RED_REPORT)
    named = ", ".join(decided.failed[:MOST_NAMED])
    more = len(decided.failed) - MOST_NAMED
    return [
        f"Nothing was published, as the build is red: {named}{f' and {more} more' * (more > 0)}.",
        f"  report     {folder / RED_REPORT}",
        _stays(folder),
    ]


def _stays(folder: Path) -> str:
    """The line about the set that is in a folder already."""
    known = manifest.read(folder)
    if known is not None:
        said = f"the last good set stays: build {known['build_id']} of {known.get('built_at')}"
    elif sets.holds_whole_set(folder):
        said = f"the files of a build before there was a {MANIFEST} stay"
    else:
        said = "none so far"
    return f"  exports    {folder}: {said}"


def _answer(lines: list[str]) -> str:
    return json.dumps({"lines": [line for line in lines if line], "problem": ""})


def _failure(folder: Path, error: OSError) -> str:
    named = error.filename2 or error.filename or folder
    return _stopped(staging.cannot_write(named, error.strerror))


def _stopped(problem: str) -> str:
    return json.dumps({"lines": [], "problem": problem})
