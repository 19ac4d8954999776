"""Tables of any shape: `likeness new-table`, a build, and the figures that papers report.

`python benchmarks/bench_public.py` writes the section "Public tables" of docs/benchmarks.md. Beside
the engine stand real held-out rows and the classical reference, sequential CART, in the same run.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "benchmarks")]

from judge import machine  # noqa: E402
from judge.public import CART, ENGINE, TEST, figures, one_table  # noqa: E402
from judge.sections import replaced  # noqa: E402

TABLES = ROOT.parent / "shared" / "data" / "public"
ENDINGS = (".csv", ".parquet")
TITLE = "Public tables"
COLUMNS = (
    ("shape_error", "shape error %", 2),
    ("trend_error", "trend error %", 2),
    ("all_pairs_error", "all-pairs error %", 2),
    ("c2st_train", "C2ST, train", 3),
    ("c2st_test", "C2ST, held out", 3),
    ("auc", "AUC of the target", 3),
    ("dcr_share", "DCR share", 3),
    ("copies", "exact copies", 4),
    ("seconds", "seconds", 1),
    ("peak_mb", "MB", 0),
)
MEANING = """\
Each table goes from its file through `likeness new-table` and a whole `dbt build` with
`holdout_fraction` 0.1; nothing is edited. Shape and trend errors are 100 (1 - score) of SDMetrics'
quality report, the error over all pairs counts pairs without an association too, as papers do.
C2ST: AUC of boosted trees with scikit-learn's defaults that separate the rows from train or from
held-out rows on complete rows, five folds, the mean of three draws (0.5: they cannot). AUC of the
target: boosted trees that learned it from the rows, on held-out rows; in the row of held-out rows
they learned from train. Exact copies: share of rows equal to a train row. Seconds are those of the
whole build, tests, comparison and report included; of sequential CART (leaves of 5, values of
donors, no minimum cell size: it copies rows) those of fit and draw alone. MB: the largest memory of
the build's process."""


def parser() -> argparse.ArgumentParser:
    """The options."""
    top = argparse.ArgumentParser(description=__doc__)
    top.add_argument("--folder", type=Path, default=TABLES, help="of .csv and .parquet files")
    top.add_argument("--tables", help="some of them, by name without ending (commas)")
    top.add_argument("--target", action="append", default=[], metavar="TABLE=COLUMN")
    top.add_argument("--seed", type=int, default=1)
    top.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    return top


def files(folder: Path, asked: str | None) -> list[Path]:
    """The tables of a folder. Raises SystemExit naming what is not there."""
    found = {path.stem: path for path in sorted(folder.glob("*")) if path.suffix in ENDINGS}
    names = asked.split(",") if asked else list(found)
    if unknown := [name for name in names if name not in found]:
        raise SystemExit(f"{folder}: no table named {', '.join(unknown)}")
    if not names:
        raise SystemExit(f"{folder}: no .csv or .parquet file")
    return [found[name] for name in names]


def table(scores: Mapping[str, Mapping[str, float | None]]) -> str:
    """A row for each origin of rows."""
    head = ["", *(label for _, label, _ in COLUMNS)]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for label, found in scores.items():
        cells = [
            "–" if (value := found.get(key)) is None else f"{value:,.{digits}f}"
            for key, _, digits in COLUMNS
        ]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(given: Sequence[str]) -> None:
    """Measure and write."""
    options = parser().parse_args(given)
    targets = dict(pair.split("=", 1) for pair in options.target)
    parts = []
    for path in files(options.folder, options.tables):
        print(f"{path.stem}: new-table and build", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="likeness-bench-") as folder:
            made = one_table(path, Path(folder), targets.get(path.stem), options.seed)
        print(f"{path.stem}: judging", file=sys.stderr, flush=True)
        scores = {label: figures(made, label, options.seed) for label in (TEST, ENGINE, CART)}
        facts = (
            f"{len(made.train):,} train rows, {len(made.test):,} held out, "
            f"{len(made.columns.names)} columns judged, {made.rules} rules enforced; target: "
            f"{made.columns.target or 'none'}."
        )
        parts.append(f"### {path.stem}\n\n{facts}\n\n{table(scores)}")
    facts = (
        f"`{' '.join(['python benchmarks/bench_public.py', *given])}`, {machine.today()}, commit "
        f"{machine.commit(ROOT)}, {machine.machine()}; {machine.versions()}."
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    old = options.out.read_text(encoding="utf-8") if options.out.is_file() else "# Benchmarks\n"
    body = "\n\n".join([facts, MEANING.replace("\n", " "), *parts])
    options.out.write_text(replaced(old, TITLE, body), encoding="utf-8")
    print(f"Written: section {TITLE} of {options.out.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
