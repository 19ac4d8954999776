"""Nothing paid for is lost or asked for twice, however often the build is killed."""

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import forked
from fakes.faults import ANSWER_FAULTS, CALL_FAULTS, Faults
from fakes.openai_server import FakeOpenAI
from fakes.project import ROOT, build, works
from likeness.llm.core.journal import Journal

SEEDS = 200
PATHS = [ROOT / "python", ROOT / "tests" / "python", Path(__file__).parent]


def faults(calls: int, share: float) -> list[str]:
    """So many calls, `share` of them faulty, every fault as often as the others."""
    kinds = [*CALL_FAULTS, *ANSWER_FAULTS]
    faulty = round(calls * share)
    sequence = [kinds[number % len(kinds)] for number in range(faulty)] + [""] * (calls - faulty)
    random.Random(11).shuffle(sequence)
    return sequence


def start(server: FakeOpenAI, folder: Path) -> forked.Run:
    """One generation, in a process that may be killed."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, PATHS))}
    arguments = [server.base_url, str(folder), str(SEEDS)]
    return forked.start("generate_once", arguments, cwd=ROOT, env=environment)


def test_every_row_arrives_though_a_fifth_of_calls_fail_and_the_build_is_killed(tmp_path):
    rng = random.Random(3)
    kills, answered = 0, set()
    with FakeOpenAI(Faults(sequence=faults(300, 0.2)), delay=0.04, slow=1.5) as server:
        for _ in range(60):
            process = start(server, tmp_path)
            before = len(server.seen)
            killed_after = before + rng.randint(1, 45)
            while process.poll() is None and len(server.seen) < killed_after:
                time.sleep(0.005)
            time.sleep(rng.uniform(0, 0.05))
            process.send_signal(signal.SIGKILL)
            said = process.communicate()[0]
            asked = [seen.name for seen in server.seen[before:]]
            assert not answered & set(asked), "an answered call was asked again"
            answered = {one["key"] for one in Journal(tmp_path).answers()}
            if process.returncode == 0:
                break
            assert process.returncode == -signal.SIGKILL, said
            kills += 1
        assert process.returncode == 0, said
        rows = list(build(server.base_url, tmp_path, works(SEEDS), max_rounds=6).generate())
        counts = server.counts()
    usable = Counter(row["seed_id"] for row in rows if not row["missing_fields"])
    rejected = sum(1 for row in rows if row["missing_fields"])
    journaled = [one["key"] for one in Journal(tmp_path).answers()]
    delivered = Counter(seen.name for seen in server.seen if seen.answered)
    lost_in_transit = sum(delivered.values()) - len(journaled)
    print(
        f"\nseeds {SEEDS}, rows asked {5 * SEEDS}, received {len(rows)} = usable "
        f"{sum(usable.values())} + rejected {rejected}; kills {kills}; calls {len(server.seen)}, "
        f"answers journaled {len(journaled)}, delivered to a process killed before it could "
        f"write {lost_in_transit}; faults {dict(sorted(counts.items()))}"
    )
    assert kills >= 5
    assert all(counts[fault] for fault in (*CALL_FAULTS, *ANSWER_FAULTS))
    assert set(usable) == set(range(1, SEEDS + 1))
    assert min(usable.values()) >= 5
    assert len(rows) == sum(usable.values()) + rejected
    assert len(journaled) == len(set(journaled))
    assert set(journaled) == set(delivered)
    assert lost_in_transit <= 6 * kills
