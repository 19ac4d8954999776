"""SDV's synthesizers on the same train rows, in a process of their own.

The environment variable BENCH_PYTHON names the interpreter that has SDV (default: the one that runs
the bench): SDV 2 wants pandas below 3, this project 3. Rows go as csv files.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd

from judge.columns import Columns
from judge.process import run
from judge.project import Generated

SCRIPT = Path(__file__).with_name("peer_process.py")
LABELS = {"gc": "SDV GaussianCopula", "tvae": "SDV TVAE", "ctgan": "SDV CTGAN"}


def python() -> str:
    """The interpreter of the peers."""
    return os.environ.get("BENCH_PYTHON") or sys.executable


def versions() -> dict[str, str]:
    """Versions of what the peers stand on, {} where SDV is not installed."""
    code = (
        "import json; from importlib import metadata\n"
        "try: print(json.dumps({n: metadata.version(n) for n in ('sdv', 'ctgan', 'torch')}))\n"
        "except metadata.PackageNotFoundError: print('{}')"
    )
    found = subprocess.run([python(), "-c", code], capture_output=True, text=True, check=True)
    return json.loads(found.stdout)


def fit_and_draw(
    name: str,
    train: pd.DataFrame,
    columns: Columns,
    folder: Path,
    *,
    rows: int,
    epochs: int,
    seed: int,
) -> Generated:
    """`rows` rows of a peer fitted on the judged columns of `train`, missing values included."""
    judged = columns.judged
    train[judged.names].to_csv(folder / "train.csv", index=False)
    request = {
        "synthesizer": name,
        "numbers": judged.numbers,
        "categories": judged.categories,
        "rows": rows,
        "epochs": epochs,
        "seed": seed,
    }
    (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
    took = run([python(), str(SCRIPT), str(folder)], folder, folder / f"{name}.log")
    seconds = json.loads((folder / "seconds.json").read_text(encoding="utf-8"))
    # "NA" and "None" are texts; only nothing is missing.
    drawn = pd.read_csv(
        folder / "rows.csv",
        dtype=dict.fromkeys(judged.categories, str),
        keep_default_na=False,
        na_values=[""],
    )
    return Generated(
        drawn, seconds["fit"], seconds["draw"], took.peak_mb, core_seconds=seconds.get("core")
    )
