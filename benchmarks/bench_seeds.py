"""What seeds carry: ideal readers write the rows that seeds describe, the project's metrics judge.

`python benchmarks/bench_seeds.py [--source loans.csv]` builds the seeds of a source, lets each
reader write rows as the plan asks for them, and prints how close they come to the train rows. No
model is asked. It ends with 1 where the reach of the seeds is missed.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "benchmarks")]

import duckdb  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from judge.process import run  # noqa: E402
from likeness.llm.core.prompts import Knowledge  # noqa: E402
from likeness.llm.demo.reader import FORMS, QUANTILES, Reader  # noqa: E402
from likeness.metrics.similarity import ks_complement, mean_score, tv_complement  # noqa: E402
from likeness.schema.fields import Field, fields_from_rows  # noqa: E402
from likeness.stats.value_counts import Counts  # noqa: E402

SOURCE = ROOT.parent / "shared" / "data" / "lending_club_20k.csv"
SELECTED = ["+int_disclosure__seeds", "+synthesis_plan", "+part_shares", "+source_formulas"]
MOST_TVD, LEAST_SHAPES, MOST_SHIFT = 0.03, 0.90, 0.25
# So many rows that chance moves the share of a rare category by less than the seeds do.
ROWS_PER_SEED = 100
# The plan is that of a language model; none is asked.
NOWHERE = "http://127.0.0.1:9/v1"
INDEPENDENT = "independent fields"


def build(source: Path, folder: Path) -> Path:
    """The database of a build of the seeds of `source`."""
    environment = {
        "LIKENESS_DB": str(folder / "likeness.duckdb"),
        "LOANS_PATH": str(source),
        "DBT_PROFILES_DIR": str(ROOT),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    given = json.dumps(
        {
            "export_dir": str(folder / "exports"),
            "rows_per_seed": ROWS_PER_SEED,
            "generator": "openai",
            "base_url": NOWHERE,
        }
    )
    command = [sys.executable, "-m", "dbt.cli.main", "build", "-s", *SELECTED]
    command += ["--exclude-resource-type", "test", "unit_test", "--vars", given]
    run(command, ROOT, folder / "dbt.log", environment)
    return folder / "likeness.duckdb"


class Seeds:
    """Seeds, plan, fields and train rows of a build."""

    def __init__(self, database: Path, values: Mapping[str, object]) -> None:
        with duckdb.connect(str(database), read_only=True) as connection:

            def table(sql: str) -> pd.DataFrame:
                frame = connection.execute(sql).df().astype(object)
                return frame.where(frame.notna(), None)

            listed = table("select * from seeds.fields").to_dict("records")
            self.fields: list[Field] = fields_from_rows(listed)
            self.plan = table(
                "select seed_text, rows_asked from synthesis_plan order by seed_id".replace(
                    "synthesis_plan", "synthetic.synthesis_plan"
                )
            ).to_dict("records")
            shares = table("select * from profiles.part_shares").to_dict("records")
            self.knowledge = Knowledge.from_rows(shares, [])
            self.formulas = table("select target, value_sql from profiles.source_formulas")
            self.train = connection.execute(
                "select loans.* from staging.stg_loans as loans inner join "
                "intermediate.int_loans__split as split using (loan_id) where split = 'train'"
            ).df()
            self.findings = connection.execute(
                "select count(*) from intermediate.int_disclosure__seeds where kind = 'finding'"
            ).fetchone()[0]
        self.numbers = [str(name) for name in values["continuous_variables"]]
        self.stand_ins = dict(values["date_stand_ins"])
        self.min_cell_rows = int(values["min_cell_rows"])

    @property
    def categories(self) -> list[str]:
        """The categories that seeds speak of."""
        return [f.name for f in self.fields if f.kind == "categorical" and f.has_role("seed")]


def written(seeds: Seeds, form: str, seed: int = 7) -> pd.DataFrame:
    """The rows that a reader writes for all seeds, as typed columns."""
    reader = Reader(seeds.fields, random.Random(seed), form=form, shares=seeds.knowledge.shares)
    rows = [
        row
        for one in seeds.plan
        for row in reader.rows(json.loads(one["seed_text"]), int(one["rows_asked"]))
    ]
    return typed(pd.DataFrame(rows), seeds)


def independent(seeds: Seeds, seed: int = 7) -> pd.DataFrame:
    """Rows whose fields are drawn one by one from the train rows: exact, without any relation."""
    chance = np.random.default_rng(seed)
    train = seeds.train
    return pd.DataFrame(
        {name: chance.permutation(train[name].to_numpy(object)) for name in train.columns}
    )


def typed(rows: pd.DataFrame, seeds: Seeds) -> pd.DataFrame:
    """Rows in source formats with the columns that metrics compare."""
    made = rows.copy()
    for name, stand_in in seeds.stand_ins.items():
        made[stand_in] = made[name].str.extract(r"(\d{4})$")[0].astype(float)
    for field in seeds.fields:
        if field.kind == "categorical" and "{}" in field.format:
            before, after = field.format.split("{}")
            plain = made[field.name].str.strip().str.removeprefix(before.strip())
            made[field.name] = plain.str.removesuffix(after.strip()).str.strip()
    with duckdb.connect() as connection:
        connection.register("made", made.assign(term=pd.to_numeric(made.get("term"))))
        for target, sql in seeds.formulas.itertuples(index=False):
            made[target] = connection.execute(f"select {sql} as value from made").df()["value"]
    return made


def counts(frame: pd.DataFrame, name: str) -> dict[str, int]:
    """Rows by value of a category, missing ones left out."""
    known = frame[name].dropna()
    as_text = known.map(lambda value: str(int(value)) if isinstance(value, float) else str(value))
    return as_text.value_counts().to_dict()


def number_counts(frame: pd.DataFrame, name: str) -> Counts:
    """Values of a number and the rows with each."""
    values = pd.to_numeric(frame[name], errors="coerce").dropna().to_numpy(float)
    return Counts.of(values)


def scores(rows: pd.DataFrame, seeds: Seeds) -> dict[str, object]:
    """TVD by seed category, shape by column, and the categories whose share is off by a quarter."""
    train = seeds.train
    tvd, shapes, off, judged = {}, {}, [], 0
    for name in seeds.categories:
        real, made = counts(train, name), counts(rows, name)
        alike = tv_complement(real, made)
        tvd[name] = 1 - (alike or 0.0)
        shapes[name] = alike
        for value, n in real.items():
            if n < seeds.min_cell_rows:
                continue
            judged += 1
            share = made.get(value, 0) / max(1, sum(made.values()))
            true = n / sum(real.values())
            if abs(share / true - 1) > MOST_SHIFT:
                off.append(f"{name}={value} ({true:.4f}, {share:.4f})")
    for name in seeds.numbers:
        if name in rows:
            shapes[name] = ks_complement(number_counts(train, name), number_counts(rows, name))
    return {
        "tvd": tvd,
        "shapes": shapes,
        "mean_shape": mean_score(shapes.values()),
        "off": off,
        "judged": judged,
    }


def table(found: Mapping[str, Mapping]) -> str:
    """The scores of all readers as a table in Markdown."""
    lines = [
        "| reader | largest TVD of a seed category | column shapes | worst shape | shares off by "
        "a quarter |",
        "|---|---|---|---|---|",
    ]
    for reader, one in found.items():
        worst = min(one["shapes"], key=lambda name: one["shapes"][name])
        largest = max(one["tvd"], key=lambda name: one["tvd"][name])
        lines.append(
            f"| {reader} | {one['tvd'][largest]:.4f} ({largest}) | {one['mean_shape']:.4f} | "
            f"{one['shapes'][worst]:.3f} ({worst}) | {len(one['off'])} of {one['judged']} |"
        )
    return "\n".join(lines)


def missed(one: Mapping, findings: int) -> list[str]:
    """What a reader's scores miss of the reach, one sentence each."""
    said = [
        f"TVD of {name} is {value:.4f}, more than {MOST_TVD}"
        for name, value in one["tvd"].items()
        if value > MOST_TVD
    ]
    if one["mean_shape"] < LEAST_SHAPES:
        said.append(f"column shapes are {one['mean_shape']:.4f}, less than {LEAST_SHAPES}")
    said += [f"the share of {value} is off by more than a quarter" for value in one["off"]]
    if findings:
        said.append(f"the privacy audit of the seeds has {findings} findings")
    return said


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, read, judge; 1 where the reader with quantiles misses the reach."""
    import yaml

    top = argparse.ArgumentParser(description=__doc__)
    top.add_argument("--source", type=Path, default=SOURCE)
    options = top.parse_args(arguments)
    if not options.source.is_file():
        print(f"{options.source}: there is no such file; name one with --source.")
        return 1
    values = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    with tempfile.TemporaryDirectory() as folder:
        seeds = Seeds(build(options.source, Path(folder)), values)
    found: dict[str, Mapping] = {INDEPENDENT: scores(independent(seeds), seeds)}
    for form in FORMS:
        found[form] = scores(written(seeds, form), seeds)
    print(table(found))
    return _verdict(missed(found[QUANTILES], seeds.findings))


def _verdict(said: Iterable[str]) -> int:
    said = list(said)
    for sentence in said:
        print(f"missed: {sentence}")
    if not said:
        print("reached: every category, the shapes and the privacy audit of the seeds")
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main())
