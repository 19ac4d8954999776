"""One build's generation as a process of its own: address, journal folder, number of seeds."""

import sys
from pathlib import Path

from fakes.project import build, works

if __name__ == "__main__":
    address, folder, seeds = sys.argv[1:]
    made = build(address, Path(folder), works(int(seeds)), concurrency=6, max_rounds=6)
    rows = list(made.generate())
    usable = sum(not row["missing_fields"] for row in rows)
    print(made.said.getvalue())
    print(f"received={len(rows)} usable={usable}")
