"""What seeds, plan and rules were made with, so that it can be said whether they are current."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from likeness.schema.given import FIELDS, FORMULAS, RULES

LISTS = (FIELDS, RULES, FORMULAS)
FILES = (*LISTS, "seeds/states.csv")


def seeds_stamp(variables: Mapping[str, object], root: str | Path = ".", folder: str = "") -> str:
    """JSON of the vars that seeds, plan and rules depend on, and a digest of their files.

    `folder` is var table_dir, or ''.
    """
    return json.dumps({"vars": variables, "files": _files_digest(root, folder)}, sort_keys=True)


def is_current(stamp: str | None, variables: Mapping[str, object], root: str | Path = ".") -> bool:
    """Whether what bears `stamp` would come out the same with `variables` and today's files."""
    if not stamp:
        return False
    made = json.loads(stamp)
    unknown = object()
    folder = str(variables.get("table_dir") or "")
    return (
        made["files"] == _files_digest(root, folder)
        and all(variables.get(name, unknown) == value for name, value in made["vars"].items())
        and all(name in made["vars"] for name in _named_by_rules(root, folder))
    )


def _file(name: str, root: str | Path, folder: str) -> Path:
    return Path(root) / (Path(folder, Path(name).name) if folder and name in LISTS else name)


def _files_digest(root: str | Path, folder: str) -> str:
    whole = hashlib.sha256()
    for name in FILES:
        path = _file(name, root, folder)
        whole.update(path.read_bytes() if path.is_file() else b"")
        whole.update(b"\x00")
    return whole.hexdigest()


def _named_by_rules(root: str | Path, folder: str) -> set[str]:
    paths = [_file(name, root, folder) for name in (RULES, FORMULAS)]
    text = " ".join(path.read_text(encoding="utf-8") for path in paths if path.is_file())
    return set(re.findall(r"[{]([A-Za-z_][A-Za-z0-9_]*)[}]", text))
