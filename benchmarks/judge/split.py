"""One split of the source: every generator fitted on its train rows, all scored alike."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from judge import peers
from judge.columns import Columns, as_judged
from judge.document import ENGINE, SOURCE_TRUE
from judge.project import ENFORCED, Build, Generated
from judge.scores import Judge, Scores, broken
from judge.source import split_vars, write_split
from judge.table import REAL


@dataclass(frozen=True)
class Bench:
    """What is measured: a source, how many of its rows (None: all), peers; the project's vars."""

    source: Path
    rows: int | None
    peers: tuple[str, ...]
    epochs: int
    columns: Columns
    values: Mapping[str, object]


def say(sentence: str) -> None:
    """Progress, for the one who waits."""
    print(sentence, file=sys.stderr, flush=True)


def one_split(bench: Bench, split: int, folder: Path, with_peers: bool) -> dict[str, Scores]:
    """Scores by generator; `folder` is empty and holds real rows afterwards.

    A peer that fails is said on stderr and left out.
    """
    loans = folder / "loans.parquet"
    source_rows = write_split(bench.source, split, bench.rows, loans)
    say(f"split {split} of {source_rows:,} rows: engine")
    build = Build(folder, loans, split_vars(split))
    made, rules = {}, {}
    for label, enforced in zip((ENGINE, SOURCE_TRUE), ENFORCED, strict=True):
        made[label] = build.make(enforced)
        rules[enforced] = build.rules()
    train, holdout = build.real("train"), build.real("holdout")
    for name in bench.peers if with_peers else ():
        say(f"split {split} of {source_rows:,} rows: {name}")
        try:
            made[peers.LABELS[name]] = peers.fit_and_draw(
                name,
                as_judged(train, bench.columns),
                bench.columns,
                folder,
                rows=len(made[ENGINE].rows),
                epochs=bench.epochs,
                seed=bench.values["random_seed"],
            )
        except RuntimeError as failure:
            say(str(failure))
    judge = Judge(
        as_judged(train, bench.columns),
        as_judged(holdout, bench.columns),
        bench.columns,
        bench.values["min_cell_rows"],
        bench.values["kl_bins"],
        bench.values["random_seed"],
    )
    say(f"split {split} of {source_rows:,} rows: judging")
    scored = {REAL: judge.real_scores()}
    scored |= {
        label: judge.scores(as_judged(one.rows, bench.columns)) for label, one in made.items()
    }
    made[REAL] = Generated(holdout, None, None, None)
    for label, scores in scored.items():
        scores.values |= cost(made[label]) | {"source_rows": source_rows}
        rows = made[label].rows
        for enforced in ENFORCED:
            check = build.check(rules[enforced], list(rows.columns))
            scores.values[f"broken_{enforced}"] = broken(check, rows)
    return scored


def cost(made: Generated) -> dict[str, float | None]:
    """What a generator made and took."""
    return {
        "rows": len(made.rows),
        "format_errors": made.format_errors,
        "fit_seconds": made.fit_seconds,
        "draw_seconds": made.draw_seconds,
        "peak_mb": made.peak_mb,
    }
