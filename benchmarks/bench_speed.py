"""How fast whole builds are, in how much memory, and the engine beside SDV GaussianCopula.

`python benchmarks/bench_speed.py` writes the section "Speed" of docs/benchmarks.md. Wall times mean
something on a machine with nothing beside. The large files are made once, into target/bench.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "benchmarks")]

from judge import machine, peers  # noqa: E402
from judge.columns import as_judged, columns_of, project_vars  # noqa: E402
from judge.project import Generated  # noqa: E402
from judge.sections import replaced  # noqa: E402
from judge.speed import BuildTook, SpeedBuild, draw_more, repeat  # noqa: E402
from likeness.schema.fields import load_fields  # noqa: E402

TITLE = "Speed"
SOURCE = ROOT.parent / "shared" / "data" / "lending_club_20k.csv"
MADE = ROOT / "target" / "bench"
WHOLE_ROWS, LARGE_ROWS = 396_030, 4_000_000
LARGE_MEMORY = 1.0  # GB, var duckdb_memory
PARTS = ("models", "data tests", "unit tests", "hooks")
HEAD = ("", "dbt's clock", "wall", "seconds of a core", "MB", *PARTS, "fit", "draw")
SIZES = ("small", "whole", "large", "peer")
MEANING = f"""\
A build is `make build` after set-up, into a database of its own: `dbt's clock` is what dbt says in
its last line, `wall` and `seconds of a core` are of the command with all its processes, as is the
memory, where a page that processes share counts once. Models, data tests, unit tests and hooks are
the sums of their own times, which two threads spend side by side. The whole file of
{WHOLE_ROWS:,} rows is not here, so one of as many rows that the engine drew from the small one
takes its place (those that a rule rejects left out), and {LARGE_ROWS:,} rows are these again and
again with other house numbers, as Parquet, with `duckdb_memory` {LARGE_MEMORY}."""
PEER = """\
The engine's fit and draw are the models `int_engine__profile` and `int_responses__offline` of that
file alone, reading, texts, addresses and the check of all rules included; SDV's are `fit` and
`sample` of 24 columns without texts, dates, addresses. Seconds of a core are of all processes and
threads, without dbt's start. Both draw as many rows as the source has."""


def parser() -> argparse.ArgumentParser:
    """The options."""
    top = argparse.ArgumentParser(description=__doc__)
    top.add_argument("--source", type=Path, default=SOURCE, help="the small file")
    top.add_argument("--whole", type=Path, help=f"a file of {WHOLE_ROWS:,} rows; else one is made")
    top.add_argument("--repeats", type=int, default=3, help="of the small builds")
    top.add_argument("--sizes", default=",".join(SIZES), help="some of them (commas)")
    top.add_argument("--limit", type=float, default=900, help="seconds of a build at most")
    top.add_argument("--prepare", action="store_true", help="only make the large files")
    top.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    return top


def prepared(options: argparse.Namespace) -> tuple[Path, Path]:
    """The whole file and the large one, made where they are not there yet."""
    MADE.mkdir(parents=True, exist_ok=True)
    whole = options.whole or MADE / f"loans_{WHOLE_ROWS}.parquet"
    if not whole.exists():
        say(f"drawing {WHOLE_ROWS:,} rows")
        with tempfile.TemporaryDirectory(prefix="likeness-bench-") as folder:
            draw_more(options.source.resolve(), WHOLE_ROWS, Path(folder), whole)
    large = MADE / f"loans_{LARGE_ROWS}.parquet"
    if not large.exists():
        repeat(whole, LARGE_ROWS, large)
    return whole.resolve(), large


def say(sentence: str) -> None:
    """Progress, for the one who waits."""
    print(sentence, file=sys.stderr, flush=True)


def heading(names: Sequence[str]) -> list[str]:
    """The first two lines of a table."""
    return [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]


def line(label: str, took: Sequence[BuildTook]) -> str:
    """A row of the table of builds: the median of repeats."""
    cells = [
        f"{median(one.clock for one in took):.1f}",
        f"{median(one.tree.seconds for one in took):.1f}",
        f"{median(one.tree.core_seconds for one in took):.1f}",
        f"{median(one.tree.peak_mb for one in took):,.0f}",
        *(f"{median(one.parts.get(part, 0.0) for one in took):.1f}" for part in PARTS),
        f"{median(one.engine[0] for one in took):.1f}",
        f"{median(one.engine[1] for one in took):.1f}",
    ]
    return f"| {label} | {' | '.join(cells)} |"


def small(options: argparse.Namespace, folder: Path) -> list[str]:
    """Lines of the small file, without unit tests and with them."""
    build = SpeedBuild(folder, options.source.resolve(), {})
    lines = []
    for label, unit_tests in {"": False, ", with unit tests (`dbt build`)": True}.items():
        took = []
        for number in range(options.repeats):
            say(f"small{label}: {number + 1} of {options.repeats}")
            took.append(build.whole(unit_tests=unit_tests))
        rows = f"{build.made_rows():,} rows"
        lines.append(line(f"{rows}{label} (median of {options.repeats})", took))
        say(lines[-1])
    return lines


def once(
    size: str, folder: Path, loans: Path, given: Mapping[str, object], limit: float
) -> list[str]:
    """The line of a larger file; that of one that does not end in time says so."""
    say(size)
    build = SpeedBuild(folder, loans, given)
    try:
        took = build.whole(limit_seconds=limit)
    except (RuntimeError, TimeoutError) as failure:
        say(str(failure))
        return [f"| {size}: {str(failure).splitlines()[-1]} |{' – |' * (len(HEAD) - 1)}"]
    lines = [line(f"{build.made_rows():,} rows", [took])]
    say(lines[-1])
    return lines


def beside_peer(folder: Path, whole: Path) -> list[str]:
    """Lines of the table of fit and draw, after a build in `folder`."""
    build = SpeedBuild(folder, whole, {})
    if not (folder / "likeness.duckdb").exists():
        build.whole()
    say("engine alone")
    alone, core = build.engine_alone()
    rows = build.made_rows()
    values = project_vars(ROOT)
    formulas = [f.name for f in load_fields(ROOT / "seeds" / "fields.csv") if f.has_role("formula")]
    columns = columns_of(values, formulas)
    sample, train = build.learned_from(), build.train()
    head = ["", "train rows", "rows drawn", "fit", "draw", "both", "seconds of a core"]
    lines = heading([*head, "over the engine's"])
    ours = sum(alone.engine)
    lines.append(
        f"| engine | {len(sample):,} | {rows:,} | {alone.engine[0]:.1f} | {alone.engine[1]:.1f} | "
        f"{ours:.1f} | {core:.1f} | |"
    )
    for frame in (sample, train)[: 1 if len(sample) == len(train) else 2]:
        say(f"SDV on {len(frame):,} rows")
        made: Generated = peers.fit_and_draw(
            "gc",
            as_judged(frame, columns),
            columns,
            folder,
            rows=rows,
            epochs=0,
            seed=values["random_seed"],
        )
        fit, draw, cores = (
            one or 0.0 for one in (made.fit_seconds, made.draw_seconds, made.core_seconds)
        )
        lines.append(
            f"| {peers.LABELS['gc']} | {len(frame):,} | {rows:,} | {fit:.1f} | {draw:.1f} | "
            f"{fit + draw:.1f} | {cores:.1f} | {(fit + draw) / ours:.2f} times the time, "
            f"{cores / core:.2f} times the seconds of a core |"
        )
        say(lines[-1])
    return lines


def main(given: Sequence[str]) -> None:
    """Measure and write."""
    options = parser().parse_args(given)
    whole, large = prepared(options)
    if options.prepare:
        return
    asked = options.sizes.split(",")
    versions = [f"{name} {version}" for name, version in peers.versions().items()]
    parts = [
        f"`{' '.join(['python benchmarks/bench_speed.py', *given])}`, {machine.today()}, commit "
        f"{machine.commit(ROOT)}, {machine.machine()}; "
        f"{', '.join([machine.versions(), *versions])}.",
        MEANING.replace("\n", " "),
    ]
    lines, compared = heading(HEAD), []
    with tempfile.TemporaryDirectory(prefix="likeness-bench-") as name:
        folder = Path(name)
        if "small" in asked:
            lines += small(options, folder / "small")
        if "whole" in asked:
            lines += once("whole", folder / "whole", whole, {}, options.limit)
        if "peer" in asked and peers.versions():
            compared = beside_peer(folder / "whole", whole)
        if "large" in asked:
            given_memory = {"duckdb_memory": LARGE_MEMORY}
            lines += once("large", folder / "large", large, given_memory, options.limit)
    parts.append("\n".join(lines))
    if compared:
        parts += [PEER.replace("\n", " "), "\n".join(compared)]
    page = options.out.read_text(encoding="utf-8") if options.out.is_file() else "# Benchmarks\n"
    options.out.write_text(replaced(page, TITLE, "\n\n".join(parts)), encoding="utf-8")
    print("\n\n".join(parts))


if __name__ == "__main__":
    main(sys.argv[1:])
