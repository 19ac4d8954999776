"""What seeds, plan and rules were made with, so that it can be said whether they are current."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

RULES, FORMULAS = "seeds/business_rules.csv", "seeds/formulas.csv"
FILES = ("seeds/fields.csv", RULES, FORMULAS, "seeds/states.csv")


def seeds_stamp(variables: Mapping[str, object], root: str | Path = ".") -> str:
    """JSON of the vars that seeds, plan and rules depend on, and a digest of their files."""
    return json.dumps({"vars": variables, "files": _files_digest(root)}, sort_keys=True)


def is_current(stamp: str | None, variables: Mapping[str, object], root: str | Path = ".") -> bool:
    """Whether what bears `stamp` would come out the same with `variables` and today's files."""
    if not stamp:
        return False
    made = json.loads(stamp)
    unknown = object()
    return (
        made["files"] == _files_digest(root)
        and all(variables.get(name, unknown) == value for name, value in made["vars"].items())
        and all(name in made["vars"] for name in _named_by_rules(root))
    )


def _files_digest(root: str | Path) -> str:
    whole = hashlib.sha256()
    for name in FILES:
        path = Path(root) / name
        whole.update(path.read_bytes() if path.is_file() else b"")
        whole.update(b"\x00")
    return whole.hexdigest()


def _named_by_rules(root: str | Path) -> set[str]:
    paths = [Path(root) / name for name in (RULES, FORMULAS)]
    text = " ".join(path.read_text(encoding="utf-8") for path in paths if path.is_file())
    return set(re.findall(r"[{]([A-Za-z_][A-Za-z0-9_]*)[}]", text))
