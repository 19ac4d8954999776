"""Each model says what it touches: rows of a source, aggregates of them, or small tables alone."""

import re

import yaml

KINDS = ("rows", "aggregate", "small")


def tags_in_yaml(root):
    found = {}
    for path in (root / "models").rglob("*.yml"):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", []):
            found.setdefault(model["name"], []).extend(model.get("config", {}).get("tags", []))
    return found


def test_each_model_has_one_kind(root):
    given = tags_in_yaml(root)
    wrong = {}
    for path in [*(root / "models").rglob("*.sql"), *(root / "models").rglob("*.py")]:
        listed = re.findall(r"tags=\[([^\]]*)\]", path.read_text(encoding="utf-8"))
        tags = re.findall(r"\w+", " ".join(listed)) + given.get(path.stem, [])
        kinds = [tag for tag in tags if tag in KINDS]
        if len(kinds) != 1:
            wrong[path.stem] = kinds
    assert wrong == {}


def test_no_folder_gives_a_kind(root):
    models = (root / "dbt_project.yml").read_text(encoding="utf-8").split("\nmodels:")[1]
    lines = [line for line in models.split("\nseeds:")[0].splitlines() if "+tags" in line]
    assert lines
    assert not [line for line in lines if set(re.findall(r"\w+", line)) & set(KINDS)]
