"""What is published, what is kept, and what of it is ours."""

import json
import os
import resource
import signal
import subprocess

import pytest

from likeness.builds.publishing import locks, manifest, sets, staging
from likeness.schema.outputs import MANIFEST, RED_REPORT, ROWS

from . import made_sets as made


def test_a_green_build_is_a_set_with_its_manifest(tmp_path):
    answer = made.publish(tmp_path, "one")
    assert answer["problem"] == ""
    assert made.whole(tmp_path) == "one"
    known = json.loads((tmp_path / MANIFEST).read_text())
    assert known["verdict"] == "green"
    assert set(known["versions"]) == {"likeness", "dbt-core", "dbt-duckdb", "duckdb", "python"}
    row = known["files"][ROWS]
    assert row["bytes"] == (tmp_path / ROWS).stat().st_size
    done = subprocess.run(
        ["sha256sum", tmp_path / ROWS], capture_output=True, text=True, check=True
    )
    assert row["sha256"] == done.stdout.split()[0]


def test_the_next_set_takes_the_place_of_all_of_the_last_one(tmp_path):
    made.publish(tmp_path, "one")
    (tmp_path / "figures" / "mine.svg").write_text("not ours")
    made.publish(tmp_path, "two", made.NAMES + made.FIGURE_NAMES[:2])
    (tmp_path / "figures" / "mine.svg").unlink()
    assert made.whole(tmp_path) == "two"


@pytest.mark.parametrize(
    "end",
    [
        {"results": made.RED},
        {"results": [made.result("seeds"), made.result("rows", "error")]},
        {"gates": [{"metric": "identical_match_share", "severity": "error"}]},
    ],
)
def test_a_red_build_leaves_a_report_beside_the_last_good_set(tmp_path, end):
    made.publish(tmp_path, "good")
    before = made.contents(tmp_path)
    made.begin(tmp_path, "bad")
    made.stage(tmp_path, "bad")
    answer = made.end(tmp_path, "bad", **end)
    after = made.contents(tmp_path)
    page = after.pop(RED_REPORT)
    assert after == before
    assert "nothing was published" in page
    assert "of bad" not in page
    assert answer["lines"][0].startswith("Nothing was published, as the build is red")
    assert "build good of 2026-01-02T03:04:05Z" in answer["lines"][-1]
    made.publish(tmp_path, "better")
    assert made.whole(tmp_path) == "better"


def test_a_red_build_in_an_empty_folder_leaves_its_report_alone(tmp_path):
    folder = tmp_path / "exports"
    made.begin(folder, "bad")
    made.stage(folder, "bad")
    answer = made.end(folder, "bad", made.RED)
    assert set(made.contents(folder)) == {RED_REPORT}
    assert "none so far" in answer["lines"][-1]


def test_a_part_of_a_build_publishes_nothing(tmp_path):
    made.publish(tmp_path, "good")
    before = made.contents(tmp_path)
    for results in ([made.result("rows"), made.result("gate", "pass")], made.GREEN[:2]):
        made.begin(tmp_path, "part")
        made.stage(tmp_path, "part")
        answer = made.end(tmp_path, "part", results)
        assert made.contents(tmp_path) == before
        assert answer["lines"][0].startswith("Nothing was published: 1 t")
    made.begin(tmp_path, "empty")
    assert "empty" in made.end(tmp_path, "empty", is_empty=True)["lines"][0]
    assert made.contents(tmp_path) == before


def test_step_1_is_a_set_of_its_own(tmp_path):
    first = [made.result("seeds")]
    made.begin(tmp_path, "first")
    made.stage(tmp_path, "first", ["SeedsInstructions.json"])
    made.end(tmp_path, "first", first)
    assert made.whole(tmp_path) == "first"
    assert manifest.read(tmp_path)["set"] == "step_1"
    made.publish(tmp_path, "whole")
    before = made.contents(tmp_path)
    made.begin(tmp_path, "again")
    made.stage(tmp_path, "again", ["SeedsInstructions.json"])
    answer = made.end(tmp_path, "again", first)
    assert made.whole(tmp_path / "step_1") == "again"
    after = made.contents(tmp_path)
    assert {name: after[name] for name in before} == before
    assert f"{tmp_path}/step_1/SeedsInstructions.json" in answer["lines"][0]
    assert "build whole" in answer["lines"][-1]


def test_a_folder_from_before_the_manifest_is_ours_by_name(tmp_path):
    (tmp_path / "figures").mkdir()
    ours = [ROWS, "report.html", "engine_profile.duckdb", "figures/bars_gone.svg"]
    ours += [".report.html.abcd1234", "figures/.bars_x.svg.q_345678"]
    others = ["notes.txt", ".hidden", "figures/mine.png", ".report.html.bak", "likeness.db"]
    for name in ours + others:
        (tmp_path / name).write_text("from before")
    answer = made.begin(tmp_path, "bad")
    assert len(answer["lines"]) == 2
    made.stage(tmp_path, "bad")
    assert "before there was a manifest.json" in made.end(tmp_path, "bad", made.RED)["lines"][-1]
    assert set(made.contents(tmp_path)) == {*ours[:4], *others, RED_REPORT}
    made.publish(tmp_path, "good")
    for name in others:
        assert (tmp_path / name).read_text() == "from before"
        (tmp_path / name).unlink()
    assert made.whole(tmp_path) == "good"


def test_what_a_running_build_stages_stays_and_what_a_dead_one_staged_goes(tmp_path):
    def beginning(name: str, lasts: bool):
        made.begin(tmp_path, name)
        made.stage(tmp_path, name)
        yield "begun"
        if lasts:
            signal.pause()

    running, output = made.child(lambda: beginning("running", True))
    output.readline()
    dead, _ = made.child(lambda: beginning("dead", False))
    made.ended(dead)
    (said,) = made.begin(tmp_path, "next")["lines"]
    assert "killed build dead" in said
    held = {path.name for path in tmp_path.iterdir()}
    assert held == {".likeness-staging-running", ".likeness-staging-next"}
    os.kill(running, signal.SIGKILL)
    made.ended(running)
    assert made.publish(tmp_path, "last")["problem"] == ""
    assert made.whole(tmp_path) == "last"


def test_a_file_changed_by_hand_is_named(tmp_path):
    made.publish(tmp_path, "one")
    (tmp_path / ROWS).write_text("changed")
    answer = made.begin(tmp_path, "two")
    assert len(answer["lines"]) == 1
    assert f"{tmp_path / ROWS} is not what manifest.json says of build one" in answer["lines"][0]


def test_a_manifest_cannot_name_a_file_that_is_not_ours(tmp_path):
    folder = tmp_path / "exports"
    made.publish(folder, "one")
    (tmp_path / "secret.txt").write_text("not ours")
    (folder / "notes.txt").write_text("not ours")
    known = json.loads((folder / MANIFEST).read_text())
    known["files"] |= {name: {"sha256": "", "bytes": 0} for name in ("../secret.txt", "notes.txt")}
    (folder / MANIFEST).write_text(json.dumps(known))
    made.publish(folder, "two")
    assert (tmp_path / "secret.txt").exists()
    assert (folder / "notes.txt").exists()


def test_a_folder_that_cannot_be_made_is_named_before_anything_runs(tmp_path):
    (tmp_path / "file").write_text("no folder")
    answer = made.begin(tmp_path / "file" / "exports", "one")
    assert f"{tmp_path}/file/exports cannot be written (Not a directory)" in answer["problem"]


def test_a_target_in_the_way_stops_the_move_before_its_first_file(tmp_path):
    made.publish(tmp_path, "good")
    (tmp_path / "report.html").unlink()
    (tmp_path / "report.html").mkdir()
    before = made.contents(tmp_path)
    answer = made.publish(tmp_path, "next")
    assert f"{tmp_path}/report.html cannot be written (Is a directory)" in answer["problem"]
    assert made.contents(tmp_path) == before


def test_a_full_disk_leaves_the_last_set(tmp_path):
    made.publish(tmp_path, "good")
    before = made.contents(tmp_path)
    made.begin(tmp_path, "next")
    made.stage(tmp_path, "next")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        answer = made.end(tmp_path, "next")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert f"{tmp_path} cannot be written (File too large)" in answer["problem"]
    assert made.contents(tmp_path) == before


def test_whoever_waits_for_a_lock_gets_it_and_it_goes(tmp_path):
    def waiting():
        yield "starting"
        with locks.locked(tmp_path / "lock"):
            yield "mine"

    with locks.locked(tmp_path / "lock"):
        assert locks.is_kept(tmp_path / "lock")
        pid, output = made.child(waiting)
        output.readline()
    assert output.readline() == b"mine\n"
    assert made.ended(pid) == 0
    assert list(tmp_path.iterdir()) == []


def test_staged_files_name_the_file_that_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(staging.dbt_flags, "build_id", lambda: "one")
    (staging.staging_of(tmp_path, "one") / staging.FILES / ROWS).mkdir(parents=True)
    with (
        pytest.raises(staging.CannotWrite, match=f"{tmp_path}/{ROWS} cannot be written"),
        staging.staged(str(tmp_path), ROWS) as path,
    ):
        path.write_text("rows")
    assert sets.recover(tmp_path)
    assert list(tmp_path.iterdir()) == []
