"""A build killed at any moment: manifest and files agree, or the next command repairs them."""

import itertools
import os
import random
import signal
import time
from pathlib import Path

import pytest

from likeness.builds.publishing import locks, manifest, sets, staging
from likeness.schema.outputs import LOCK, ROWS

from . import made_sets as made

CHANGING = ("replace", "rename", "unlink", "rmdir", "mkdir", "fsync", "open")


def dying_at(folder: Path, step: int, when: str):
    """The end of a build that is killed before or after its `step`th call that changes the disk."""
    made.begin(folder, "new")
    made.stage(folder, "new", made.NAMES + made.FIGURE_NAMES[:3])
    calls = itertools.count(1)

    def dying(function):
        def called(*arguments, **named):
            at_step = next(calls) == step
            if at_step and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                return function(*arguments, **named)
            finally:
                if at_step:
                    os.kill(os.getpid(), signal.SIGKILL)

        return called

    for name in CHANGING:
        setattr(os, name, dying(getattr(os, name)))
    made.end(folder, "new")
    yield next(calls) - 1


def building(folder: Path, name: str, builds: int):
    """One build after another, each of another number of files."""
    yield "starting"
    for n in range(builds):
        made.begin(folder, f"{name}-{n}")
        made.stage(folder, f"{name}-{n}", made.NAMES + made.FIGURE_NAMES[: 1 + n % 8])
        answer = made.end(folder, f"{name}-{n}")
        assert not answer["problem"], answer


def old_set(folder: Path) -> dict[str, str]:
    made.publish(folder, "old")
    (folder / "mine.txt").write_text("not ours")
    return made.contents(folder)


def check_mended(folder: Path, before: dict[str, str]) -> str:
    """Manifest and files agree, or that is said and repaired. The build whose set is there then."""
    agreed = not manifest.problem(folder)
    said = sets.recover(folder)
    assert agreed or said
    assert not (folder / LOCK).exists()
    assert (folder / "mine.txt").read_text() == "not ours"
    after = made.contents(folder)
    (folder / "mine.txt").unlink()
    held = made.whole(folder)
    assert held
    assert held != "old" or after == before
    assert sets.recover(folder) == []
    return held


def test_killed_at_each_step_of_the_move(tmp_path):
    # The first process may also write what Python compiles of its modules.
    for folder in (tmp_path / "first", tmp_path / "counted"):
        old_set(folder)
        pid, output = made.child(lambda folder=folder: dying_at(folder, 0, "before"))
        steps = int(output.readline())
        assert made.ended(pid) == 0
    assert steps > 30
    held = set()
    for step, when in itertools.product(range(1, steps + 1), ("before", "after")):
        folder = tmp_path / f"{step}-{when}"
        before = old_set(folder)
        pid, _ = made.child(lambda at=(folder, step, when): dying_at(*at))
        assert made.ended(pid) == -signal.SIGKILL
        held.add(check_mended(folder, before))
    assert held == {"old", "new"}


@pytest.mark.parametrize("seed", range(30))
def test_killed_at_random_moments(tmp_path, seed):
    before = old_set(tmp_path)
    pid, output = made.child(lambda: building(tmp_path, "new", 10**6))
    output.readline()
    time.sleep(random.Random(seed).uniform(0, 0.1))
    os.kill(pid, signal.SIGKILL)
    assert made.ended(pid) == -signal.SIGKILL
    check_mended(tmp_path, before)


def test_two_databases_that_share_a_folder_never_mix(tmp_path):
    # What they say is kept open, since a process whose words are not read ends with an error.
    children = [made.child(lambda n=n: building(tmp_path, n, 25)) for n in ("one", "two")]
    assert [made.ended(pid) for pid, _ in children] == [0, 0]
    assert made.whole(tmp_path) in ("one-24", "two-24")


def test_a_half_moved_set_disagrees_with_the_manifest_until_it_is_finished(tmp_path):
    old_set(tmp_path)
    made.begin(tmp_path, "new")
    made.stage(tmp_path, "new")
    own = staging.staging_of(tmp_path, "new")
    sets.seal(own, {"build_id": "new", "set": "whole"})
    (own / "files" / ROWS).replace(tmp_path / ROWS)
    locks.let_go()
    assert "do not belong together" in manifest.problem(tmp_path)
    answer = made.begin(tmp_path, "next", stages=False)
    (said,) = answer["lines"]
    assert "build new was killed" in said
    assert "finished" in said
    (tmp_path / "mine.txt").unlink()
    assert made.whole(tmp_path) == "new"
