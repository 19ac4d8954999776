"""One build's generation in a process of its own, to be killed: `sds_child.py VARS SEEDS`."""

import json
import sys

from sds_case import build

from fakes.project import works

if __name__ == "__main__":
    wanted = works(int(sys.argv[2]))
    rows = list(build(json.loads(sys.argv[1]), wanted).generate())
    usable = [row["seed_id"] for row in rows if not row["missing_fields"]]
    sys.exit(0 if all(usable.count(n) >= 5 for n in range(1, len(wanted) + 1)) else 3)
