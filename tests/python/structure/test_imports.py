"""The package's layers: what lies lower never imports what lies higher, so no circle can form."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[3] / "python" / "likeness"
# From the lowest to the highest; a part imports only what stands before its line.
LAYERS = (
    {"warehouse"},
    {"schema"},
    {"stats"},
    {"profiles"},
    {"synthesizer"},
    {"llm"},
    {"generators"},
    {"metrics"},
    {"report"},
    {"builds"},
    {"audit"},
    {"preflight"},
    {"dbt_plugin", "cli"},
)
SIDE_BY_SIDE = 14


def parts(package: Path) -> set[str]:
    """Names of the modules and folders that stand side by side in `package`."""
    found = {path.stem for path in package.glob("*.py")} - {"__init__"}
    return found | {path.parent.name for path in package.glob("*/__init__.py")}


def imported(source: str, within: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Dotted names, split, that `source`, a module of the package `within`, imports anywhere."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {tuple(alias.name.split(".")) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = within[: len(within) - node.level + 1] if node.level else ()
            base += tuple((node.module or "").split(".")) if node.module else ()
            names |= {(*base, alias.name) for alias in node.names}
    return names


def edges(package: Path) -> dict[str, set[str]]:
    """Which parts of `package` each of its parts imports."""
    known, found = parts(package), defaultdict(set)
    root = (*package.relative_to(PACKAGE.parent).parts,) if PACKAGE in (
        package, *package.parents
    ) else (package.name,)  # fmt: skip
    for path in package.rglob("*.py"):
        inside = path.relative_to(package)
        part = inside.parts[0].removesuffix(".py")
        for name in imported(path.read_text(encoding="utf-8"), (*root, *inside.parts[:-1])):
            if name[: len(root)] == root and name[len(root) : len(root) + 1]:
                target = name[len(root)]
                if target in known and target != part and part in known:
                    found[part].add(target)
    return found


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Nodes that lie on a circle or lead to one; empty if there is none."""
    left = {node: set(targets) for node, targets in graph.items()}
    while True:
        ends = {node for node, targets in left.items() if not targets & set(left)}
        if not ends:
            return sorted(left)
        left = {node: targets for node, targets in left.items() if node not in ends}


def upwards(graph: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Imports of a part of the same layer or of a higher one."""
    rank = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    return sorted((a, b) for a, targets in graph.items() for b in targets if rank[b] >= rank[a])


def test_every_part_has_a_layer_and_there_are_few():
    assert parts(PACKAGE) == set().union(*LAYERS)
    assert len(parts(PACKAGE)) <= SIDE_BY_SIDE


def test_nothing_imports_upwards():
    graph = edges(PACKAGE)
    assert {"schema", "stats"} <= graph["synthesizer"]
    assert upwards(graph) == []


@pytest.mark.parametrize("name", ["", "llm", "llm/core", "llm/sds", "builds", "audit", "report"])
def test_no_circle_between_the_parts_of_a_folder(name):
    assert circle(edges(PACKAGE / name)) == []


@pytest.mark.parametrize(
    "line",
    [
        "from likeness.audit import audit",
        "from likeness import audit",
        "import likeness.audit.texts",
        "def late():\n    from ..audit import audit",
    ],
)
def test_an_import_upwards_is_seen_however_it_is_written(line):
    names = imported(line, ("likeness", "stats"))
    assert any(name[:2] == ("likeness", "audit") for name in names)
    assert upwards({"stats": {"audit"}}) == [("stats", "audit")]


def test_a_circle_is_seen():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()}) == ["a", "b", "c"]
    assert circle({"a": {"b"}, "b": {"c"}}) == []


def hidden_names(package: Path) -> list[str]:
    """Functions and classes of a package that a module of the same name takes the place of."""
    found = []
    for init in package.rglob("__init__.py"):
        modules = {path.stem for path in init.parent.glob("*.py")} - {"__init__"}
        modules |= {path.parent.name for path in init.parent.glob("*/__init__.py")}
        body = ast.parse(init.read_text(encoding="utf-8")).body
        names = {n.name for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
        found += [f"{init.parent.name}.{name}" for name in sorted(names & modules)]
    return found


def test_no_module_takes_the_place_of_a_function_of_its_package(tmp_path):
    # Importing a module sets its name in the package, over whatever was there.
    assert hidden_names(PACKAGE) == []
    (tmp_path / "reading").mkdir()
    (tmp_path / "reading" / "__init__.py").write_text("")
    (tmp_path / "__init__.py").write_text("def reading(): ...\n")
    assert hidden_names(tmp_path) == [f"{tmp_path.name}.reading"]
