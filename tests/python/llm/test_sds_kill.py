"""200 seeds, a fifth of the calls failing in every way, builds killed at random moments."""

import json
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from sds_case import as_text, build, variables

import forked
from fakes.project import NAMES, works
from fakes.sds_faults import JUDGE_FAULTS, MODEL_FAULTS, Faults
from fakes.sds_llm import loan
from fakes.sds_server import FakeSds
from likeness.llm.core.journal import Journal
from likeness.llm.sds.posted import PREFIX

SEEDS = 200
KILLS = 6
MOST_BUILDS = 30
# Another number deals other faults and kills at other moments.
DICE = int(os.environ.get("LIKENESS_DICE", "11"))
HERE = Path(__file__).parent
PATHS = [HERE.parents[2] / "python", HERE.parent, HERE]


def run_builds(server: FakeSds, given: dict, dice: random.Random) -> tuple[int, int]:
    """Build until every row is there; (builds killed, builds in all)."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, PATHS))}
    killed = 0
    for number in range(1, MOST_BUILDS + 1):
        last_request = len(server.seen) + dice.randint(5, 35)
        child = forked.start("sds_child", [json.dumps(given), str(SEEDS)], HERE, environment)
        while child.poll() is None:
            if killed < KILLS and len(server.seen) >= last_request:
                child.send_signal(signal.SIGKILL)
                killed += 1
                break
            time.sleep(0.005)
        child.communicate()
        if child.returncode == 0:
            return killed, number
    pytest.fail(f"{MOST_BUILDS} builds were not enough")


def finished(server: FakeSds) -> Counter:
    """How often the work of each call ended with rows, whoever heard of it."""
    return Counter(
        row["display_name"].removeprefix(PREFIX).partition("-")[0]
        for row in server.store.named("generations", f"^{PREFIX}")
        if row["completed_rows"]
    )


@pytest.mark.parametrize("mode", ["demo", "job"])
def test_killed_builds_lose_nothing_and_pay_nothing_twice(tmp_path, mode):
    folder, journal = tmp_path / "server", tmp_path / "journal"
    folder.mkdir()
    with FakeSds(folder, scale=0.004, limit_scale=0.004) as server:
        faults = Faults(server, share=0.2, seed=DICE)
        server.jobs.blank_histories = 1
        given = variables(
            server.url, journal, sds_mode=mode, sds_workspace=str(folder), concurrency=12
        )
        killed, builds = run_builds(server, given, random.Random(DICE))
        ended = finished(server)
        posts = len(server.posts("/synthesis/freeform"))
    entries = [entry for entry in Journal(journal).answers() if entry["kind"] == "rows"]
    read = build(given, works(SEEDS)).backend.rows
    rows = [read(entry["raw"]) for entry in entries]
    usable = sum(isinstance(i, dict) and set(NAMES) <= set(i) for items in rows for i in items)
    recovered = sum(entry["note"] == "recovered" for entry in entries)
    print(
        f"\n{mode}: {SEEDS} seeds, {SEEDS * 5} rows asked, {usable} usable rows; {builds} builds, "
        f"{killed} killed; {posts} requests, {sum(faults.dealt.values())} faults of "
        f"{len(faults.dealt)} kinds; {len(ended)} calls ended with rows, {len(entries)} answers in "
        f"the journal ({recovered} found again), {sum(n - 1 for n in ended.values())} paid twice"
    )
    assert killed == KILLS
    assert set(MODEL_FAULTS) <= set(faults.dealt)
    assert max(ended.values()) == 1
    assert {entry["key"] for entry in entries} == set(ended)
    assert len(entries) == len(ended)


def test_a_failing_judge_gives_every_row_a_score_in_the_end(tmp_path):
    folder = tmp_path / "server"
    folder.mkdir()
    rows = [(f"row-{number}", as_text(loan(number))) for number in range(60)]
    given = variables("", tmp_path / "journal", sds_workspace=str(folder), sds_max_workers=5)
    with FakeSds(folder) as server:
        given |= {"url": server.url, "sds_seconds_per_judgement": 50}
        faults = Faults(server, share=0.15)
        for _ in range(20):
            verdicts = list(build(given, works(1)).judge(lambda: rows))
            if all(verdict["status"] == "judged" for verdict in verdicts):
                break
        judged = [call for call in server.llm.calls if call.kind == "judge"]
    print(f"\n{len(rows)} rows, {len(judged)} judge calls, faults {dict(faults.dealt)}")
    assert set(JUDGE_FAULTS) <= set(faults.dealt)
    assert [verdict["score"] for verdict in verdicts] == [9.0] * 60
    assert [verdict["synthetic_id"] for verdict in verdicts] == [name for name, _ in rows]
    assert [path for path in folder.iterdir() if path.name.startswith(PREFIX)] == []
