"""Fit one SDV synthesizer and draw from it: `python peer_process.py FOLDER`.

Reads request.json and train.csv there, writes rows.csv and seconds.json. It has an interpreter of
its own (BENCH_PYTHON) with SDV 1.20 or later and knows nothing of the project.
"""

import json
import random
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import sdv.single_table
import torch
from sdv.metadata import Metadata

TABLE = "loans"
CLASSES = {
    "gc": "GaussianCopulaSynthesizer",
    "tvae": "TVAESynthesizer",
    "ctgan": "CTGANSynthesizer",
}


def main(folder: Path) -> None:
    """Fit, draw, write."""
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    kinds = dict.fromkeys(request["numbers"], "numerical")
    kinds |= dict.fromkeys(request["categories"], "categorical")
    train = pd.read_csv(
        folder / "train.csv",
        dtype={name: str if kind == "categorical" else float for name, kind in kinds.items()},
        keep_default_na=False,
        na_values=[""],
    )
    # SDV draws from the global generators; this process has no other use for them.
    random.seed(request["seed"])
    np.random.seed(request["seed"])  # noqa: NPY002
    torch.manual_seed(request["seed"])
    columns = {name: {"sdtype": kind} for name, kind in kinds.items()}
    metadata = Metadata.load_from_dict({"tables": {TABLE: {"columns": columns}}})
    options = {} if request["synthesizer"] == "gc" else {"epochs": request["epochs"]}
    model = getattr(sdv.single_table, CLASSES[request["synthesizer"]])(metadata, **options)
    # Since version 2 SDV takes and gives tables by name.
    by_name = int(sdv.__version__.split(".")[0]) >= 2
    began, cores = time.perf_counter(), time.process_time()
    model.fit({TABLE: train} if by_name else train)
    fitted = time.perf_counter()
    drawn = model.sample(request["rows"])
    seconds = {"fit": fitted - began, "draw": time.perf_counter() - fitted}
    seconds["core"] = time.process_time() - cores  # of both, all threads together
    rows = drawn[TABLE] if by_name else drawn
    rows[list(kinds)].to_csv(folder / "rows.csv", index=False)
    (folder / "seconds.json").write_text(json.dumps(seconds), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
