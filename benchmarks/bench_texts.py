"""All fields and free texts: what gives rows away beside the judged columns, and what limits it.

`python benchmarks/bench_texts.py` writes the section "All fields and texts" of docs/benchmarks.md.
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "benchmarks")]

from judge import machine, texts  # noqa: E402
from judge.project import Build  # noqa: E402
from judge.sections import replaced  # noqa: E402
from likeness.schema.fields import WORDS_OF, load_derived, load_fields  # noqa: E402

TITLE = "All fields and texts"
MINIMUM = 20
ALL_RULES = ", all rules enforced (train: rows that keep all)"
MEANING = """\
Rows against the holdout, which no profile has seen. C2ST as above, on all fields but identifiers
and made-up streets and cities, texts by whether they are missing, length, blanks and case. Texts
also by their characters: AUC of a linear model of runs of one to four characters, case and all,
five folds; and the share of distinct ones. `other rows' texts` are real texts of this file but
those that the holdout holds as well (texts that 20 rows share may be named, and stay): nobody who
may not name rare texts can be nearer. A category from a text: accuracy on the holdout of the same
linear model that learned it from these rows."""


def parser() -> argparse.ArgumentParser:
    """The options."""
    top = argparse.ArgumentParser(description=__doc__)
    source = ROOT.parent / "shared" / "data" / "lending_club_20k.csv"
    top.add_argument("--source", type=Path, default=source)
    top.add_argument("--rules", default="source_true", help="var enforce_rules")
    top.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    return top


def measured(source: Path, rules: str, folder: Path) -> list[str]:
    """Lines of the table."""
    fields = load_fields(ROOT / "seeds" / "fields.csv")
    every = [*fields, *load_derived(ROOT / "seeds" / "fields.csv")]
    build = Build(folder, source, {})
    build.make(rules)
    made = build.table("select * from marts.synthetic_loans_typed order by synthetic_id")
    train, holdout = build.real("train"), build.real("holdout")
    build.make("all")
    ruled = build.table("select * from marts.synthetic_loans_typed order by synthetic_id")
    kept = build.check(build.rules(), list(train.columns))(train).all(axis=1)
    lines = ["| | train | engine |", "|---|---|---|"]
    for said, real, rows in (("", train, made), (ALL_RULES, train[kept], ruled)):
        for label, with_texts in (("C2ST, all but texts", False), ("C2ST, all fields", True)):
            sides = texts.features([holdout, real, rows], every, with_texts)
            found = [texts.c2st(sides[0], other) for other in sides[1:]]
            lines.append(f"| {label}{said} | {found[0]:.3f} | {found[1]:.3f} |")
    for field in (field for field in fields if field.kind == "free_text" and not field.parts):
        name = field.name
        scores = texts.of_texts(train[name], holdout[name], made[name], MINIMUM)
        others = scores["other rows' texts"]["AUC by characters"]
        cells = [f"{scores[one]['AUC by characters']:.3f}" for one in ("train", "engine")]
        label = f"{name}: AUC by characters (other rows' texts {others:.3f})"
        lines.append(f"| {label} | {' | '.join(cells)} |")
        cells = [f"{scores[one]['distinct']:.3f}" for one in ("train", "engine")]
        label = f"{name}: distinct (holdout {scores['holdout']['distinct']:.3f})"
        lines.append(f"| {label} | {' | '.join(cells)} |")
        for role in (role for role in field.roles if role.startswith(WORDS_OF)):
            by = role.removeprefix(WORDS_OF)
            found = [texts.category_from_text(one, holdout, name, by) for one in (train, made)]
            lines.append(f"| {by} from {name}: accuracy | {found[0]:.3f} | {found[1]:.3f} |")
    return lines


def main() -> None:
    """Build, measure and write the section."""
    options = parser().parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = measured(options.source.resolve(), options.rules, Path(folder))
    head = [
        f"`python benchmarks/bench_texts.py --rules {options.rules}`, {machine.today()}, "
        f"commit {machine.commit(ROOT)}, {machine.machine()}; {machine.versions()}.",
        MEANING.replace("\n", " "),
    ]
    body = "\n\n".join([*head, "\n".join(lines)])
    page = options.out.read_text(encoding="utf-8") if options.out.exists() else ""
    options.out.write_text(replaced(page, TITLE, body), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
