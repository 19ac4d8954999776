"""How close the engine comes, and SDV's synthesizers beside it, on the same rows.

`python benchmarks/bench_fidelity.py` writes docs/benchmarks.md. Peers run where SDV is installed,
or with the interpreter that the environment variable BENCH_PYTHON names.
"""

import argparse
import os
import shlex
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "benchmarks")]

from judge import machine, peers  # noqa: E402
from judge.columns import NOT_JUDGED, columns_of, project_vars  # noqa: E402
from judge.document import ENGINE, Part, page  # noqa: E402
from judge.rows import DCR_ROWS  # noqa: E402
from judge.sections import with_kept  # noqa: E402
from judge.split import Bench, one_split  # noqa: E402
from likeness.schema.fields import load_fields  # noqa: E402

REAL_LOANS = ROOT.parent / "shared" / "data" / "lending_club_20k.csv"
EMBEDDED = ROOT / "data" / "loans.csv.gz"
FLATTERS = (
    "These are the embedded loans, which are synthetic themselves: they flatter every generator."
)
LEAST = "The least that still has to be valid, without peers; noise decides the closeness."
INSTALLED = "installed"
FEW, FEWEST = 5000, 1000


def parser() -> argparse.ArgumentParser:
    """The options; those of a full run are the defaults."""
    top = argparse.ArgumentParser(description=__doc__)
    top.add_argument("--source", type=Path, help="loan file; default: the real loans beside us")
    top.add_argument("--rows", type=int, help="so many random rows of it; default: all")
    top.add_argument("--splits", type=int, default=3, help="train and holdout drawn so often")
    top.add_argument(
        "--peers", default=INSTALLED, help="installed, none, or some of gc,tvae,ctgan (commas)"
    )
    top.add_argument("--peer-splits", type=int, help="splits that peers see; default: all")
    top.add_argument("--epochs", type=int, default=100, help="of TVAE and CTGAN")
    top.add_argument("--no-few", action="store_true", help="leave out the parts with few rows")
    top.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    return top


def chosen_peers(asked: str) -> tuple[list[str], str]:
    """Names of the peers to run, and a sentence where there are none."""
    if asked == "none":
        return [], "No peers were asked for (`--peers none`)."
    if not peers.versions():
        if asked != INSTALLED:
            raise SystemExit(f"SDV is not installed for {peers.python()}; set BENCH_PYTHON")
        return [], "SDV was not installed, so there are no peers in the tables."
    names = list(peers.LABELS) if asked == INSTALLED else asked.split(",")
    if unknown := set(names) - set(peers.LABELS):
        raise SystemExit(f"no such peer: {', '.join(sorted(unknown))}")
    return names, ""


def shown(path: Path) -> str:
    """A path as seen from the project's root."""
    return os.path.relpath(path.resolve(), ROOT)


def command(given: Sequence[str], options: argparse.Namespace) -> str:
    """The command that makes the page, with no path of this machine in it."""
    words = list(given)
    for path in (options.source, options.out):
        words = [word.replace(str(path), shown(path)) if path else word for word in words]
    made = shlex.join(["python", "benchmarks/bench_fidelity.py", *words])
    return f"{'BENCH_PYTHON=... ' if os.environ.get('BENCH_PYTHON') else ''}{made}"


def part(bench: Bench, options: argparse.Namespace, notes: Sequence[str]) -> tuple[Part, int]:
    """Every split of one part, and how many rows a split has."""
    splits = []
    for split in range(1, options.splits + 1):
        with_peers = split <= (options.peer_splits or options.splits)
        with tempfile.TemporaryDirectory(prefix="likeness-bench-") as folder:
            splits.append(one_split(bench, split, Path(folder), with_peers))
    rows = splits[0][ENGINE].values["source_rows"]
    of_splits = f"{len(splits)} split{'s' if len(splits) > 1 else ''}"
    said = [f"From `{shown(bench.source)}`, {of_splits}."]
    if bench.peers and options.peer_splits and options.peer_splits < options.splits:
        said.append(f"Peers on the first {options.peer_splits} only.")
    return Part(f"{rows:,} rows", splits, [" ".join([*said, *notes])]), rows


def main(given: Sequence[str]) -> None:
    """Measure and write."""
    options = parser().parse_args(given)
    source = options.source or (REAL_LOANS if REAL_LOANS.exists() else EMBEDDED)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    names, why_none = chosen_peers(options.peers)
    values = project_vars(ROOT)
    formulas = [f.name for f in load_fields(ROOT / "seeds" / "fields.csv") if f.has_role("formula")]
    columns = columns_of(values, formulas)

    def bench(rows: int | None, peer_names: Sequence[str]) -> Bench:
        return Bench(source, rows, tuple(peer_names), options.epochs, columns, values)

    notes = [note for note in (FLATTERS if source.resolve() == EMBEDDED else "", why_none) if note]
    first, source_rows = part(bench(options.rows, names), options, notes)
    parts = [first]
    if not options.no_few and source_rows > FEW:
        parts.append(part(bench(FEW, names), options, notes)[0])
    if not options.no_few and source_rows > FEWEST:
        parts.append(part(bench(FEWEST, []), options, [LEAST])[0])
    versions = [f"{name} {version}" for name, version in peers.versions().items() if names]
    facts = {
        "command": f"`{command(given, options)}`",
        "date": machine.today(),
        "commit": machine.commit(ROOT),
        "machine": machine.machine(),
        "versions": ", ".join([machine.versions(), *versions]),
    }
    settings = {
        "seed": values["random_seed"],
        "epochs": options.epochs,
        "judged": f"{len(columns.judged.names)}: {', '.join(columns.judged.names)}",
        "not_judged": " and ".join(NOT_JUDGED),
        "target": columns.target,
        "positive": columns.positive,
        "min_cell_rows": values["min_cell_rows"],
        "bins": values["kl_bins"],
        "dcr_rows": DCR_ROWS,
    }
    old = options.out.read_text(encoding="utf-8") if options.out.is_file() else ""
    options.out.write_text(with_kept(page(facts, parts, settings), old), encoding="utf-8")
    print(f"Written: {shown(options.out)}")


if __name__ == "__main__":
    main(sys.argv[1:])
