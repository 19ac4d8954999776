"""What passes between the bench and a peer's own process, with a process that only copies."""

import json
import sys

import pandas as pd
import pytest

from judge import peers
from judge.columns import Columns

COLUMNS = Columns(("amount",), ("zip", "owner", "state"), (), "owner", "NONE")
COPIES = """
import json, shutil, sys
from pathlib import Path
folder = Path(sys.argv[1])
shutil.copy(folder / "train.csv", folder / "rows.csv")
(folder / "seconds.json").write_text(json.dumps({"fit": 1.5, "draw": 0.5}))
"""


@pytest.fixture
def copying_peer(tmp_path, monkeypatch):
    script = tmp_path / "copies.py"
    script.write_text(COPIES, encoding="utf-8")
    monkeypatch.setattr(peers, "SCRIPT", script)
    monkeypatch.setenv("BENCH_PYTHON", sys.executable)


def test_rows_survive_the_way_there_and_back(copying_peer, tmp_path):
    train = pd.DataFrame(
        {
            "amount": [0.1, None, 1e-9],
            "zip": ["00813", "29597", None],
            "owner": ["NONE", "NA", "RENT"],
            "state": ["AA", "AE", "AP"],
        }
    )
    made = peers.fit_and_draw("gc", train, COLUMNS, tmp_path, rows=3, epochs=1, seed=7)
    # `state` is not asked of peers.
    pd.testing.assert_frame_equal(made.rows, train.drop(columns="state"), check_dtype=False)
    assert (made.fit_seconds, made.draw_seconds) == (1.5, 0.5)
    asked = json.loads((tmp_path / "request.json").read_text(encoding="utf-8"))
    assert (asked["synthesizer"], asked["rows"], asked["seed"]) == ("gc", 3, 7)


def test_without_sdv_there_are_no_versions(tmp_path, monkeypatch):
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S "$@"\n', encoding="utf-8")
    bare.chmod(0o755)
    monkeypatch.setenv("BENCH_PYTHON", str(bare))
    assert peers.versions() == {}
