"""Every model and every seed says what it is, and the map of the docs names every page."""

import re

import yaml


def described(root) -> set[str]:
    found = set()
    for path in [*root.glob("models/**/*.yml"), *root.glob("seeds/*.yml")]:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for node in [*content.get("models", []), *content.get("seeds", [])]:
            if str(node.get("description", "")).strip():
                found.add(node["name"])
    return found


def test_no_model_and_no_seed_is_undocumented(root):
    models = {p.stem for p in root.glob("models/**/*") if p.suffix in (".sql", ".py")}
    seeds = {path.stem for path in root.glob("seeds/*.csv")}
    assert "comparison_rates" in models
    assert (models | seeds) - described(root) == set()


def test_the_docs_have_an_overview_of_their_own(root):
    text = (root / "models" / "overview.md").read_text(encoding="utf-8")
    assert "{% docs __overview__ %}" in text
    named = set(re.findall(r"`marts\.(\w+)`", text))
    assert {name for name in named if "*" not in name} <= described(root) | {"comparison_"}


def test_the_map_names_every_page_and_no_other(root):
    text = (root / "docs" / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\((\w[\w-]*\.md)\)", text))
    pages = {path.name for path in (root / "docs").glob("*.md")} - {"README.md"}
    assert linked == pages
