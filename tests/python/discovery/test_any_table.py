"""From a file of any shape to drafts, to what the engine learns, to drawn rows and their checks.

All that a build does with a table, but for dbt: staging's macros type it, the drafts' vars are
checked, the engine learns train rows and draws others, and the format checks read these back.
"""

import csv
import re
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import made_tables
from likeness import synthesizer, warehouse
from likeness.cli.__main__ import main
from likeness.schema.check import problem_with_vars
from likeness.schema.fields import load_derived, load_fields
from likeness.schema.formulas import computed_columns
from likeness.schema.gates import load_gates
from likeness.schema.given import project_vars
from likeness.schema.rules import RuleCheck
from likeness.schema.source_formats import as_source_text
from likeness.warehouse.reading.source import source
from reading_macros import ROOT, Macros

LEAST = 20
DRAWN = 400
QUOTED = re.compile('"((?:[^"]|"")*)"')


class Drafted:
    """What `likeness new-table` has written for a table, and its rows as staging types them."""

    def __init__(self, folder: Path) -> None:
        listed = folder / "made" / "seeds" / "fields.csv"
        self.fields, self.derived = load_fields(listed), load_derived(listed)
        self.vars = project_vars(folder / "made" / "dbt_project.yml")
        self.rules = rows_of(folder / "made" / "seeds" / "business_rules.csv")
        self.formulas = rows_of(folder / "made" / "seeds" / "formulas.csv")
        self.macros = Macros(listed, **self.vars)
        names = [field.name for field in self.fields]
        numbers = [field.name for field in self.fields if field.reader == "number"]
        found = source(str(folder / "table.csv"), names, numbers, self.macros.variables)
        assert found.problem == ""
        self.typed = self.query(self.macros.typed_rows(self.macros.stated_rows(found.relation)))

    def query(self, sql: str, **frames: pd.DataFrame) -> pd.DataFrame:
        with warehouse.scratch() as connection:
            return warehouse.query(connection, sql, **frames)

    def source_formulas(self) -> pd.DataFrame:
        types = {field.name: field.type for field in self.fields}
        return pd.DataFrame(
            [
                (
                    row["target"],
                    self.macros.formula_value(row, types[row["target"]]),
                    named_in(row["expression"]),
                )
                for row in self.formulas
            ],
            columns=["target", "value_sql", "named_columns"],
        )

    def rule_check(self, train: pd.DataFrame) -> RuleCheck:
        within = {name: entry["within"] for name, entry in self.vars["rule_patterns"].items()}
        rules = pd.DataFrame(
            [(row["id"], row["condition"], row["enforced"] == "true") for row in self.rules],
            columns=["rule_id", "condition", "is_enforced"],
        )
        rules["named_columns"] = [
            ";".join(dict.fromkeys(within.get(name, name) for name in named_in(text).split(";")))
            for text in rules["condition"]
        ]
        rows = []
        for name, entry in self.vars["rule_patterns"].items():
            known = train[[entry["within"], entry["value"]]].dropna().astype(str)
            for value, part in known.groupby(entry["within"])[entry["value"]]:
                pattern = part.iloc[0] if part.nunique() == 1 else "mixed"
                rows.append((name, entry["within"], value, pattern))
        context = pd.DataFrame(rows, columns=["name", "within_column", "within_value", "pattern"])
        return RuleCheck(rules, context.assign(low=None, high=None))

    def drawn(self, train: pd.DataFrame) -> pd.DataFrame:
        """Rows of the engine, which learns the train rows."""
        formulas = self.source_formulas()
        profile = synthesizer.fit(
            train,
            self.fields,
            given=self.vars["segment_keys"],
            min_cell_rows=LEAST,
            seed=1,
            formula=list(formulas["target"]),
        )
        return synthesizer.draw(
            pd.RangeIndex(DRAWN).to_numpy(),
            profile,
            fields=self.fields,
            seed=1,
            formula=computed_columns(formulas),
            check=(check := self.rule_check(train)),
            rule_columns=check.columns,
        )

    def findings(self, texts: pd.DataFrame) -> pd.DataFrame:
        """What the build's own checks reject of rows as texts."""
        received = texts.assign(missing_fields="", extra_fields="", raw=None, generator="offline")
        received["seed_id"] = 1
        received["synthetic_id"] = [f"s{n}" for n in range(len(texts))]
        found = self.query(self.macros.findings_of_first_rows(), likeness_first_rows=received)
        return found[found["rejects"].astype(bool)]


def rows_of(path: Path) -> list[dict]:
    with open(path, newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def named_in(text: str) -> str:
    return ";".join(dict.fromkeys(name.replace('""', '"') for name in QUOTED.findall(text)))


def check(table: made_tables.MadeTable, folder: Path) -> None:
    path = table.write(folder / "table.csv")
    if main(["new-table", "--from", str(path), "--to", str(folder / "made")]):
        assert not (folder / "made").exists()
        return
    found = Drafted(folder)
    gates = load_gates(ROOT / "seeds" / "gates.csv")
    assert problem_with_vars(found.macros.variables, found.fields, found.derived, gates) == ""
    assert len(found.typed) == table.rows
    train = found.typed.iloc[: table.rows * 2 // 3]
    drawn = found.drawn(train)
    assert list(drawn.columns)[: len(found.fields)] == [field.name for field in found.fields]
    for field, column in zip(found.fields, table.texts, strict=True):
        values = drawn[field.name]
        gone, missing = int(train[field.name].isna().sum()), int(values.isna().sum())
        if not field.nullable:
            assert missing == 0, field
        elif field.kind != "constant" and not field.has_role("formula"):
            # Drawn shares are those of cells, so they stay within a few standard errors.
            wanted = gone / len(train) if gone >= LEAST else 0.0
            assert abs(missing / DRAWN - wanted) < 0.12, (field, missing, gone)
        if field.kind == "identifier":
            made = values.dropna()
            assert made.is_unique
            if "#" in field.format or field.format == "uuid":
                assert set(made).isdisjoint(text.strip() for text in column)
        if field.allowed_values:
            assert set(values.dropna().astype(str)) <= set(field.allowed_values)
    findings = found.findings(as_source_text(drawn, found.fields))
    assert findings.empty, findings.head().to_dict("records")


@settings(
    max_examples=8,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
@given(made_tables.tables)
def test_any_table_is_drafted_learned_drawn_and_checked(table):
    with tempfile.TemporaryDirectory() as folder:
        check(table, Path(folder))


@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_so_are_wider_tables(seed):
    with tempfile.TemporaryDirectory() as folder:
        check(made_tables.by_seed(seed), Path(folder))
