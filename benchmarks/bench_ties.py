"""Ties of single fields: Cramer's V of every pair, rates by level, the rows of the rarer target.

`python benchmarks/bench_ties.py` writes the section "Ties of single fields" of docs/benchmarks.md.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import duckdb
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "benchmarks")]

from judge import machine, ties  # noqa: E402
from judge.project import Build  # noqa: E402
from judge.sections import replaced  # noqa: E402
from likeness.schema.fields import load_derived, load_fields  # noqa: E402

TITLE = "Ties of single fields"
TARGET, POSITIVE = "loan_status", "Charged Off"
NUMBERS = ("int_rate", "loan_amnt", "annual_inc", "dti", "revol_bal", "revol_util", "open_acc")
NUMBERS += ("total_acc", "mort_acc")
WORST = 8
MEANING = """\
Cramer's V of every pair of fields, numbers in ten bands, dates as year and month: a pair is off
where it lies further from train's than 0.03 and than the holdout's. Default rate by level (of at
least 60 train rows): off where it lies further from train's than twice the holdout's distance, or
its standard error where that is larger. Rows of charged-off loans: the distance of their means from
train's in standard errors of train's (values beyond the 99.5% quantile count as it), and of their
medians. One draw of rows, so a standard error of its own is in each figure."""
REAL = """
select loans.*
from staging.stg_loans as loans
inner join intermediate.int_loans__split as split on loans.loan_id = split.loan_id
where split.split = '{}'
order by loans.loan_id
"""


def parser() -> argparse.ArgumentParser:
    """The options."""
    top = argparse.ArgumentParser(description=__doc__)
    source = ROOT.parent / "shared" / "data" / "lending_club_20k.csv"
    top.add_argument("--source", type=Path, default=source)
    top.add_argument("--rules", default="source_true", help="var enforce_rules")
    top.add_argument(
        "--database", type=Path, help="of a build that is there, in place of a new one"
    )
    top.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    return top


def rows_of(database: Path) -> dict[str, pd.DataFrame]:
    """Typed rows of a build: train, holdout and engine."""
    with duckdb.connect(str(database), read_only=True) as connection:
        found = {one: connection.execute(REAL.format(one)).df() for one in ("train", "holdout")}
        made = "from marts.synthetic_loans_typed order by synthetic_id"
        return found | {"engine": connection.execute(made).df()}


def measured(rows: dict[str, pd.DataFrame]) -> list[str]:
    """Lines of the tables."""
    path = ROOT / "seeds" / "fields.csv"
    cut = ties.levels(list(rows.values()), [*load_fields(path), *load_derived(path)])
    found = ties.pairs(*cut)
    off = found[found["off"]]
    lines = [
        f"{len(off)} of {len(found)} pairs off; the mean distance from train's V is "
        f"{found['away'].mean():.4f}, the holdout's "
        f"{(found['holdout'] - found['train']).abs().mean():.4f}.",
        "",
        "| furthest off | train | holdout | engine |",
        "|---|---|---|---|",
    ]
    for row in off.head(WORST).itertuples():
        numbers = f"{row.train:.3f} | {row.holdout:.3f} | {row.engine:.3f}"
        lines.append(f"| {row.one}, {row.other} | {numbers} |")
    rates = ties.rates(*cut, TARGET, POSITIVE)
    wrong = rates[rates["off"]].sort_values("away", key=abs, ascending=False)
    named = [f"{row.field} {row.level} ({row.away:+.3f})" for row in wrong.head(WORST).itertuples()]
    lines += ["", f"Default rate: {len(wrong)} of {len(rates)} levels off: {', '.join(named)}.", ""]
    lines += ["| charged-off rows | mean, engine (holdout) | median, engine (holdout) |"]
    lines += ["|---|---|---|"]
    sides = [ties.leans(rows["train"], rows[one], NUMBERS, TARGET, POSITIVE) for one in rows]
    for name, (_, own), (_, made) in zip(
        NUMBERS, sides[1].iterrows(), sides[2].iterrows(), strict=True
    ):
        mean = f"{made['errors']:+.2f} ({own['errors']:+.2f})"
        lines.append(f"| {name} | {mean} | {made['median']:+,.2f} ({own['median']:+,.2f}) |")
    return lines


def main() -> None:
    """Build (or take a build), measure and write the section."""
    options = parser().parse_args()
    if options.database:
        lines = measured(rows_of(options.database))
    else:
        with tempfile.TemporaryDirectory() as folder:
            Build(Path(folder), options.source.resolve(), {}).make(options.rules)
            lines = measured(rows_of(Path(folder) / "likeness.duckdb"))
    head = (
        f"`python benchmarks/bench_ties.py --rules {options.rules}`, {machine.today()}, "
        f"commit {machine.commit(ROOT)}, {machine.machine()}; {machine.versions()}."
    )
    body = "\n\n".join([head, MEANING.replace("\n", " "), "\n".join(lines)])
    page = options.out.read_text(encoding="utf-8") if options.out.exists() else ""
    options.out.write_text(replaced(page, TITLE, body), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
