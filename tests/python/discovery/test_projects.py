"""`likeness new-table` on any table: it never fails oddly, and what it writes fits together."""

import csv
import gzip
import os
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from likeness import warehouse
from likeness.cli.__main__ import main
from likeness.cli.new_table import project_name
from likeness.schema.discovery.readers import MARKERS, number_of
from likeness.schema.field_list import problem_with_field_list
from likeness.schema.fields import load_derived, load_fields
from likeness.schema.given import project_vars
from reading_macros import Macros

NUMBERS, CATEGORIES = ("continuous", "integer", "count"), ("categorical", "boolean")
LEAST_SEGMENT = 152
FILES = {
    "dbt_project.yml", "packages.yml", "profiles.yml", "Makefile", ".gitignore", "README.md",
    "seeds/fields.csv", "seeds/business_rules.csv", "seeds/formulas.csv",
}  # fmt: skip
ODD_NAMES = (
    "select", "a b", "per/cent", 'quo"te', "it's", "größe", "名前", "x;y", "{brace}", "{{ jinja }}",
    "a,b", "#", "true", "1st", "c0", "-- no", "pattern", "tab|bar", "No.", "%",
)  # fmt: skip


def write(path: Path, names: list[str], columns: list[list[str]]) -> None:
    with open(path, "w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(zip(*columns, strict=True))


def rows_of(path: Path) -> list[dict]:
    with open(path, newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def make(source: Path, folder: Path, *more: str) -> int:
    return main(["new-table", "--from", str(source), "--to", str(folder), *more])


def check(folder: Path, names: list[str], columns: list[list[str]]) -> dict:
    """What must be true of every project; its vars."""
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found >= FILES
    listed = rows_of(folder / "seeds" / "fields.csv")
    assert [row["name"] for row in listed if not row["expression"]] == names
    assert problem_with_field_list(folder / "seeds" / "fields.csv") == ""
    path = folder / "seeds" / "fields.csv"
    kinds = {field.name: field.kind for field in [*load_fields(path), *load_derived(path)]}
    project = yaml.safe_load((folder / "dbt_project.yml").read_text(encoding="utf-8"))
    variables = project["vars"]["likeness"]
    # Those of the source first, then what is derived of its dates.
    numbers = [name for name in kinds if kinds[name] in NUMBERS]
    categories = [name for name in kinds if kinds[name] in CATEGORIES]
    assert variables["continuous_variables"] == numbers
    assert variables["categorical_variables"] == categories
    for name in ("clustering_keys", "correlation_keys"):
        assert set(variables[name]) <= set(numbers)
    for name in ("segment_keys", "condition_on"):
        assert set(variables[name]) <= set(categories)
    assert set(variables["quasi_identifiers"]) <= {*numbers, *categories}
    assert variables["missing_by"] in (None, *numbers, *categories)
    if variables["utility_target"]:
        assert variables["utility_target"]["variable"] in categories
    keys = variables["segment_keys"]
    segments = [columns[names.index(key)] for key in keys if key in names]
    if segments:
        values = list(zip(*segments, strict=True))
        assert min(values.count(value) for value in set(values)) >= LEAST_SEGMENT
    for row in (row for row in listed if not row["expression"]):
        texts = [text.strip() for text in columns[names.index(row["name"])]]
        for value in filter(None, row["allowed_values"].split("|")):
            assert texts.count(value) >= 20
    formulas = {row["target"] for row in rows_of(folder / "seeds" / "formulas.csv")}
    assert formulas == {row["name"] for row in listed if "formula" in row["roles"].split(";")}
    rules = rows_of(folder / "seeds" / "business_rules.csv")
    assert len({row["id"] for row in rules}) == len(rules)
    assert all(row["id"].isidentifier() for row in rules)
    assert {name.lower() for name in variables["rule_patterns"]}.isdisjoint(map(str.lower, names))
    conditions_hold(folder, rules, variables, names, columns)
    return variables


def conditions_hold(
    folder: Path, rules: list[dict], variables: dict, names: list[str], columns: list[list[str]]
) -> None:
    """Every condition and formula is SQL over the columns that are listed."""
    listed = rows_of(folder / "seeds" / "fields.csv")
    types = [f"cast(null as {row['type']}) as {warehouse.quoted(row['name'])}" for row in listed]
    types += [f"cast(null as text) as {name}" for name in variables["rule_patterns"]]
    texts = [row["condition"] for row in rules]
    texts += [row["expression"] for row in rows_of(folder / "seeds" / "formulas.csv")]
    with warehouse.scratch() as connection:
        for text in texts:
            connection.execute(f"select {text} from (select {', '.join(types)})").fetchall()


def numbers(n: int, seed: int, digits: int = 2) -> list[str]:
    return [f"{(i * 7919 * (seed + 3) % 99991) / 10**digits:.{digits}f}" for i in range(n)]


def levels(n: int, *texts: str) -> list[str]:
    return [texts[i * 31 // 7 % len(texts)] for i in range(n)]


SHAPES = {
    "one column of numbers": lambda n: (["x"], [numbers(n, 1)]),
    "one category": lambda n: (["x"], [levels(n, "a", "b")]),
    "one column without a value": lambda n: (["x", "y"], [[""] * n, numbers(n, 2)]),
    "no number": lambda n: (["a", "b"], [levels(n, "u", "v"), levels(n, "p", "q", "r")]),
    "no category": lambda n: (["a", "b", "c"], [numbers(n, i) for i in range(3)]),
    "odd names": lambda n: (
        list(ODD_NAMES),
        [
            numbers(n, i) if i % 2 else levels(n, "it's", "a; b", f"k{i}", '"q"')
            for i in range(len(ODD_NAMES))
        ],
    ),
    "a separator in categories": lambda n: (["a", "b"], [levels(n, "x|y", "z"), numbers(n, 1)]),
}


@pytest.mark.parametrize("rows", [300, 1200])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_project_of_any_shape_fits_together(tmp_path, shape, rows):
    names, columns = SHAPES[shape](rows)
    write(tmp_path / "table.csv", names, columns)
    assert make(tmp_path / "table.csv", tmp_path / "made") == 0
    check(tmp_path / "made", names, columns)


def test_200_columns(tmp_path):
    names = [f"n{i}" for i in range(200)]
    columns = [
        numbers(600, i) if i % 2 else levels(600, *(f"k{k}" for k in range(2 + i % 9)))
        for i in range(200)
    ]
    write(tmp_path / "wide.csv", names, columns)
    assert make(tmp_path / "wide.csv", tmp_path / "made") == 0
    check(tmp_path / "made", names, columns)


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=8
)
COLUMN = st.one_of(
    st.lists(st.integers(-(10**20), 10**20), min_size=1, max_size=9).map(lambda v: [*map(str, v)]),
    st.lists(st.floats(allow_nan=True).map(repr), min_size=1, max_size=30),
    st.lists(WORDS, min_size=1, max_size=12),
    st.lists(st.dates().map(str), min_size=1, max_size=20),
    st.lists(st.datetimes().map(str), min_size=1, max_size=20),
    st.lists(
        st.sampled_from(["", "NA", "unknown", "1", "0", "true", "a|b", "(other)"]), min_size=1
    ),
)
NAME = WORDS.map(str.strip).filter(lambda name: name and not name.replace(".", "").isnumeric())


@example(
    [("d", ["2000-01-01", "2001-02-03"]), ("t", ["2000-01-01 00:00:00", "2001-02-03 04:05:06"])]
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(st.tuples(NAME, COLUMN), min_size=1, max_size=6, unique_by=lambda c: c[0].lower()))
def test_no_table_makes_it_fail(pairs):
    names = [f"n {name}" for name, _ in pairs]
    columns = [[values[i * 31 // 7 % len(values)] for i in range(320)] for _, values in pairs]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        write(path / "table.csv", names, columns)
        # The reader of text files has its own tests; what it refuses is one sentence here too.
        if make(path / "table.csv", path / "made") == 0:
            made = rows_of(path / "made" / "seeds" / "fields.csv")
            listed = [row["name"] for row in made if not row["expression"]]
            assert listed == names
            check(path / "made", names, columns)
        else:
            assert not (path / "made").exists()
        assert [p.name for p in path.iterdir() if p.name.startswith(".")] == []


def test_kinds_of_files(tmp_path, capsys):
    names, columns = ["a", "b"], [numbers(400, 1), levels(400, "x", "y")]
    write(tmp_path / "t.csv", names, columns)
    text = (tmp_path / "t.csv").read_text(encoding="utf-8")
    (tmp_path / "t.tsv").write_text(text.replace(",", "\t"), encoding="utf-8")
    with gzip.open(tmp_path / "t.csv.gz", "wt", encoding="utf-8") as handle:
        handle.write(text)
    parts = tmp_path / "parts"
    parts.mkdir()
    with warehouse.scratch() as connection:
        for n in (0, 1):
            part = f"select * from read_csv('{tmp_path}/t.csv') limit 200 offset {200 * n}"
            connection.execute(f"copy ({part}) to '{parts}/p{n}.parquet'")
    for i, source in enumerate(["t.csv", "t.tsv", "t.csv.gz", "parts", "parts/*.parquet"]):
        assert make(tmp_path / source, tmp_path / f"made{i}") == 0
        kinds = [f.kind for f in load_fields(tmp_path / f"made{i}" / "seeds" / "fields.csv")]
        assert kinds == ["continuous", "categorical"]
        assert "400 rows of 2 columns" in capsys.readouterr().out


FAULTS = {
    "no file": (["--from", "absent.csv"], "absent.csv: there is no such file"),
    "no such column": (["--target", "zz"], "--target zz: "),
    "a number as target": (["--target", "a"], "--target a: this column has too many values"),
    "one word": (["--record", "loan"], "--record 'loan': give two words"),
    "a full folder": (["--to", "full"], "--to full is not empty"),
    "a file as folder": (["--to", "t.csv"], "--to t.csv is a file"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_done_is_one_sentence(tmp_path, monkeypatch, capsys, fault):
    monkeypatch.chdir(tmp_path)
    write(Path("t.csv"), ["a", "b"], [numbers(400, 1), levels(400, "x", "y")])
    Path("full").mkdir()
    Path("full/kept").touch()
    before = sorted(os.listdir("."))
    changed, said = FAULTS[fault]
    assert main(["new-table", "--from", "t.csv", "--to", "made", *changed]) == 1
    errors = capsys.readouterr().err
    assert said in errors
    assert errors.count("\n") == 1
    assert sorted(os.listdir(".")) == before
    assert os.listdir("full") == ["kept"]


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch, capsys):
    write(tmp_path / "t.csv", ["a"], [numbers(400, 1)])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "README.md")

    monkeypatch.setattr("likeness.cli.new_table.write_project", full)
    assert make(tmp_path / "t.csv", tmp_path / "made") == 1
    assert "No space left on device" in capsys.readouterr().err
    assert sorted(os.listdir(tmp_path)) == ["t.csv"]


def test_words_and_target_that_a_user_gives(tmp_path):
    columns = [numbers(400, 1), levels(400, "x", "y"), levels(400, "u", "v", "w")]
    write(tmp_path / "t.csv", ["a", "status", "b"], columns)
    make(tmp_path / "t.csv", tmp_path / "made", "--record", "customer,customers", "--target", "b")
    variables = project_vars(tmp_path / "made" / "dbt_project.yml")
    assert variables["record"] == {"one": "customer", "many": "customers"}
    assert variables["utility_target"]["variable"] == "b"
    assert variables["loans_path"] == "../t.csv"


def test_names_of_projects():
    assert project_name("My Orders-2") == "my_orders_2"
    assert project_name("2024") == "table_2024"
    assert project_name("名") == "table"
    assert project_name("likeness") == "likeness_table"


def test_texts_are_read_as_the_build_reads_them(root):
    macros = Macros()
    texts = [
        "1",
        "1.50",
        " 2 ",
        "$1,200.50",
        "12%",
        "1,2,3",
        "(5)",
        "1e5",
        "x",
        "USD 7",
        "-3",
        "€ 9",
    ]
    with warehouse.scratch() as connection:
        for text in texts:
            literal = warehouse.literal(text)
            ours = warehouse.row(connection, f"select {number_of(literal)}")
            assert ours == warehouse.row(connection, f"select {macros.number_of(literal)}"), text
    assert sorted(MARKERS) == sorted(
        marker.lower() for marker in project_vars(root / "dbt_project.yml")["missing_markers"]
    )
