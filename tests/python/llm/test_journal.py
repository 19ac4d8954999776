"""An answer that was appended is there after any death, and nothing else is."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import tracemalloc

import pytest

from fakes.project import ROOT
from likeness.llm.core import fingerprint
from likeness.llm.core.journal import Journal, JournalError

SETTINGS = fingerprint.digest("settings")


def entry(number: int, batch: int = 0, raw: str = "[]", source: str = "s") -> dict:
    stream = fingerprint.stream(SETTINGS, f"seed {number}")
    return {
        "kind": "rows",
        "key": fingerprint.key(stream, batch),
        "settings": SETTINGS,
        "stream": stream,
        "batch": batch,
        "source": source,
        "asked": 5,
        "calls": 1,
        "tokens_in": 10,
        "tokens_out": 20,
        "raw": raw,
    }


def test_what_was_appended_is_read_back(tmp_path):
    with Journal(tmp_path, write=True) as journal:
        for number in range(20):
            journal.append(entry(number, raw=f"answer {number} \ud800 é"))
        assert journal.read(entry(7)["key"])["raw"] == "answer 7 \ud800 é"
    again = Journal(tmp_path)
    assert again.read(entry(19)["key"])["raw"] == "answer 19 \ud800 é"
    assert [one["raw"] for one in again.answers()] == [f"answer {n} \ud800 é" for n in range(20)]
    assert again.totals("s") == {"calls": 20, "answers": 20, "tokens_in": 200, "tokens_out": 400}
    assert again.totals("other")["calls"] == 0
    assert again.batches(SETTINGS, entry(3)["stream"]) == 1
    assert again.rows_and_tokens(SETTINGS) == (100, 400)


def test_a_failed_call_counts_but_is_no_answer(tmp_path):
    with Journal(tmp_path, write=True) as journal:
        failed = {"kind": "failed", "key": entry(1)["key"], "source": "s", "calls": 3}
        journal.append(failed | {"sentence": "no"})
    again = Journal(tmp_path)
    assert not again.has(entry(1)["key"])
    assert list(again.answers()) == []
    assert again.totals("s") == {"calls": 3, "failed": 1}


@pytest.mark.parametrize("cut", [1, 30, 100])
def test_a_torn_last_line_is_ignored_and_said(tmp_path, cut):
    with Journal(tmp_path, write=True) as journal:
        journal.append(entry(1))
        journal.append(entry(2))
    segment = tmp_path / "segment-000001.jsonl"
    segment.write_bytes(segment.read_bytes()[:-cut])
    with Journal(tmp_path, write=True) as journal:
        assert journal.has(entry(1)["key"])
        assert not journal.has(entry(2)["key"])
        assert "torn last line" in journal.notes[0]
        journal.append(entry(2))
        journal.append(entry(3))
    again = Journal(tmp_path)
    assert all(again.has(entry(number)["key"]) for number in (1, 2, 3))


def test_an_unreadable_line_costs_only_itself(tmp_path):
    with Journal(tmp_path, write=True) as journal:
        for number in range(3):
            journal.append(entry(number))
    segment = tmp_path / "segment-000001.jsonl"
    lines = segment.read_bytes().splitlines(keepends=True)
    lines[1] = b"\xff" * 10 + lines[1][10:]
    segment.write_bytes(b"".join(lines))
    again = Journal(tmp_path)
    assert [again.has(entry(number)["key"]) for number in range(3)] == [True, False, True]
    assert "unreadable line" in again.notes[0]


def test_one_writer_at_a_time_and_any_number_of_readers(tmp_path):
    with Journal(tmp_path, write=True) as journal:
        journal.append(entry(1))
        with pytest.raises(JournalError, match="Another build is writing"):
            Journal(tmp_path, write=True)
        assert Journal(tmp_path).has(entry(1)["key"])
        with pytest.raises(JournalError, match="reading only"):
            Journal(tmp_path).append(entry(2))
    Journal(tmp_path, write=True).close()


def test_a_full_disk_says_so_and_costs_no_earlier_answer(tmp_path, monkeypatch):
    journal = Journal(tmp_path, write=True)
    journal.append(entry(1))
    written = os.write

    def full(handle, data):
        written(handle, bytes(data)[:7])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(JournalError, match="No space left on device"):
        journal.append(entry(2))
    monkeypatch.setattr(os, "write", written)
    journal.append(entry(3))
    journal.close()
    again = Journal(tmp_path)
    assert [again.has(entry(number)["key"]) for number in (1, 2, 3)] == [True, False, True]
    assert again.notes == []


def test_segments_are_closed_at_their_size(tmp_path, monkeypatch):
    monkeypatch.setattr("likeness.llm.core.journal.SEGMENT_BYTES", 1000)
    with Journal(tmp_path, write=True) as journal:
        for number in range(20):
            journal.append(entry(number))
    assert len(list(tmp_path.glob("segment-*.jsonl"))) > 3
    again = Journal(tmp_path)
    assert all(again.read(entry(number)["key"])["asked"] == 5 for number in range(20))


def test_every_append_is_on_the_disk_when_it_returns(tmp_path, monkeypatch):
    synced = []
    fsync = os.fsync

    def counting(handle):
        fsync(handle)
        synced.append(os.fstat(handle).st_size)

    monkeypatch.setattr(os, "fsync", counting)
    sizes = []
    with Journal(tmp_path, write=True) as journal:

        def work(start):
            for number in range(start, start + 50):
                journal.append(entry(number))
                sizes.append((number, max(synced)))

        threads = [threading.Thread(target=work, args=(100 * n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number, synced_to in sizes:
            place = journal._places[bytes.fromhex(entry(number)["key"])]
            assert place < synced_to
    assert len(sizes) == 400
    assert len(list(Journal(tmp_path).answers())) == 400


def test_answers_before_sigkill_are_there(tmp_path):
    script = textwrap.dedent(
        """
        import sys
        sys.path[:0] = sys.argv[2:]
        from llm.test_journal import Journal, entry
        with Journal(sys.argv[1], write=True) as journal:
            for number in range(10**6):
                journal.append(entry(number, raw="x" * 500))
                print(number, flush=True)
        """
    )
    paths = [str(ROOT / "python"), str(ROOT / "tests" / "python")]
    for _ in range(3):
        done = len(list(Journal(tmp_path).answers()))
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path), *paths], stdout=subprocess.PIPE, text=True
        )
        for _ in range(50):
            last = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        process.wait()
        last = max([last, *map(int, process.stdout.read().split())])
        process.stdout.close()
        assert len(list(Journal(tmp_path).answers())) >= done + last + 1


def test_memory_holds_places_not_answers(tmp_path):
    raw = "x" * 20_000
    with Journal(tmp_path, write=True) as journal:
        for number in range(500):
            journal.append(entry(number, raw=raw))
    tracemalloc.start()
    try:
        again = Journal(tmp_path)
        size = sum(len(one["raw"]) for one in again.answers())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == 10_000_000
    assert peak < 2_000_000


def test_lines_are_plain_json(tmp_path):
    with Journal(tmp_path, write=True) as journal:
        journal.append(entry(1))
    lines = (tmp_path / "segment-000001.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["v"] == 1
