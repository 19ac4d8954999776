"""The seam to the example: no column of the loans is named outside the loans' own files."""

import ast
import csv
import re

import pytest

from checks.project import ROOT

# The loans' own: what makes addresses, and the view of their formula.
OWN = {"python/likeness/synthesizer/addresses.py", "models/synthetic/emi_validation.sql"}
# Columns whose names are everyday words of this code too; of those only a quoted name is a finding.
WORDS = {"address", "grade", "purpose", "state", "term", "title"}


def columns() -> list[str]:
    with open(ROOT / "seeds" / "fields.csv", newline="", encoding="utf-8") as handle:
        return [row["name"] for row in csv.DictReader(handle)]


def named_in_python(source: str, names: set[str]) -> set[str]:
    """Columns that code names: in a literal that is or lists names, as an attribute or argument."""
    found = set()
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in docstrings:
                found |= named_in_text(node.value, names)
        elif isinstance(node, ast.Name) and node.id in names - WORDS:
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and node.attr in names - WORDS:
            found.add(node.attr)
        elif isinstance(node, ast.keyword) and node.arg in names - WORDS:
            found.add(node.arg)
    return found


def named_in_text(text: str, names: set[str]) -> set[str]:
    """Columns that a text names; everyday words only where the text is the name or quotes it."""
    words = set(re.findall(r"\w+", text))
    quoted = {text.strip(), *re.findall(r"[\"'`]([^\"'`]*)[\"'`]", text)}
    quoted |= set(re.findall(r"[{](\w+)[}]", text))
    return names & ((words - WORDS) | (quoted & WORDS))


def named_in_sql(source: str, names: set[str]) -> set[str]:
    """Columns that a model names anywhere but in comments."""
    code = re.sub(r"{#.*?#}|--[^\n]*", "", source, flags=re.DOTALL)
    return names & set(re.findall(r"\w+", code))


def findings() -> dict[str, set[str]]:
    names, found = set(columns()), {}
    for path in [*(ROOT / "python").rglob("*.py"), *(ROOT / "models").rglob("*")]:
        place = path.relative_to(ROOT).as_posix()
        if place in OWN or path.suffix not in (".py", ".sql"):
            continue
        source = path.read_text(encoding="utf-8")
        named = (named_in_python if path.suffix == ".py" else named_in_sql)(source, names)
        if named:
            found[place] = named
    return found


# Titles of figures and of report tables, and the state of a server's job or of a database.
SAME_WORD = {"title", "state", "address"}


def test_no_column_of_the_loans_is_named_outside_their_own_files():
    found = {place: named - SAME_WORD for place, named in findings().items()}
    assert {place: named for place, named in found.items() if named} == {}


def test_parts_of_the_address_are_named_by_its_maker_alone():
    found = findings()
    allowed = ("python/likeness/llm/", "python/likeness/report/")
    assert {p: n for p, n in found.items() if n & SAME_WORD and not p.startswith(allowed)} == {}


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ('rows["annual_inc"]', {"annual_inc"}),
        ("rows.zip_code.mean()", {"zip_code"}),
        ("f(sub_grade=1, state=2)", {"sub_grade"}),
        ('x = "select dti from t"', {"dti"}),
        ('x = ["state"]', {"state"}),
        ('x = "a state of affairs"', set()),
        ("x = \"select 'grade' as a\"", {"grade"}),
        ('"""Of dti and annual_inc."""', set()),
        ('x = "{state} {zip_code}"', {"state", "zip_code"}),
    ],
)
def test_a_named_column_is_found_in_python(source, named):
    assert named_in_python(source, set(columns())) == named


def test_a_named_column_is_found_in_sql():
    sql = "-- by grade\nselect term, {{ x }} from t {# state #}"
    assert named_in_sql(sql, set(columns())) == {"term"}
