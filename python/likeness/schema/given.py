"""Which vars were given, where, and whether each is known."""

import csv
import functools
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from likeness.schema.part import about
from likeness.schema.sentences import nearest
from likeness.schema.settings import Settings
from likeness.warehouse.dbt_flags import command_line_vars, project_file

PACKAGE = "likeness"
FIELDS, RULES, FORMULAS = (
    "seeds/fields.csv",
    "seeds/business_rules.csv",
    "seeds/formulas.csv",
)
PLACEHOLDER = re.compile(r"[{]([A-Za-z_][A-Za-z0-9_]*)[}]")
GONE = {
    "export_on_red": (
        "accept a failing gate by its name instead: gates: {detection_auc: {fail_at: null}} "
        "removes the limit, gates: {detection_auc: null} switches the gate off."
    ),
    "always_errors": ("say it gate by gate instead: gates: {detection_auc: {always_error: true}}."),
}


def project_vars(path: str | Path) -> dict[str, Any]:
    """The vars of the dbt_project.yml at `path` as Likeness sees them, those of its scope first.

    Raises ValueError if the file or its vars are no mapping.
    """
    content = _mapping(path)
    listed = content.get("vars") or {}
    if not isinstance(listed, dict):
        raise ValueError(f"{path}: vars must be a mapping of names to values.")
    scoped = listed.get(PACKAGE)
    unscoped = {name: value for name, value in listed.items() if name != PACKAGE}
    return unscoped | (scoped if isinstance(scoped, dict) else {})


def file_vars(path: str | Path | None) -> dict[str, Any]:
    """The vars in a file like runs/vllm.yml; none without a file. Raises ValueError."""
    return dict(_mapping(path)) if path else {}


def read_vars(project: str | Path, path: str | Path | None) -> dict[str, Any]:
    """The vars of the project, and over them those in the file at `path`.

    Another project's are those of Likeness with that project's over them.

    Raises ValueError, in one sentence, for a file that holds no mapping and for a var in it that
    is unknown.
    """
    variables = {}
    if Path(project).exists():
        is_own = _mapping(project).get("name", PACKAGE) == PACKAGE
        defaults = {} if is_own else project_vars(package_root() / "dbt_project.yml")
        variables = defaults | project_vars(project)
    given = file_vars(path)
    sentence = problem_with_names(given, variables, str((variables | given).get("table_dir") or ""))
    if sentence:
        raise ValueError(f"{path}: {sentence}")
    return variables | given


def checked_names(project: str | Path, command_line: Iterable[str]) -> tuple[set[str], set[str]]:
    """Names to check, and names that are known to the project itself.

    Checked are the vars of the command line and those that the dbt_project.yml at `project` gives
    to Likeness: all of them in its own, those of the scope `likeness` in another project's, whose
    other vars are that project's own business.
    """
    content = _mapping(project)
    listed = content.get("vars") or {}
    listed = listed if isinstance(listed, dict) else {}
    scoped = listed.get(PACKAGE)
    checked = {*command_line, *(scoped if isinstance(scoped, dict) else ())}
    unscoped = {name for name in listed if name != PACKAGE}
    if content.get("name") == PACKAGE:
        return checked | unscoped, set()
    return checked, unscoped


def problem_with_names(
    given: Iterable[str], known: Iterable[str] = (), folder: str | None = None
) -> str:
    """One sentence about the first given var that is gone or unknown, or ''.

    Known are the vars of the schema, those that a rule or a formula names as {name}, and
    `known`. A name like package:name is another package's. `folder`: see `seed_file`.
    """
    names = {*Settings.model_fields, *rule_vars(folder)}
    known = {*names, *known} - set(GONE)
    for name in given:
        if name in GONE:
            return f"var {name} is gone: {GONE[name]}"
        if name not in known and ":" not in str(name):
            near = nearest(name, names) or "; docs/vars.md lists them."
            return f"var {name} is neither a var of Likeness nor named by a rule or formula{near}"
    return ""


def setting_names(which: str) -> list[str]:
    """The names of all vars, or for `rows` of those that change the rows, those of rules too."""
    if which != "rows":
        return list(Settings.model_fields)
    changing = [n for n, field in Settings.model_fields.items() if about(field)["rows"]]
    return sorted({*changing, *rule_vars()})


def rule_vars(folder: str | None = None) -> list[str]:
    """The vars that rules and formulas name as {name}, in order; `folder`: see `seed_file`."""
    texts = []
    for name in (RULES, FORMULAS):
        with open(seed_file(name, folder), newline="", encoding="utf-8") as handle:
            texts += [" ".join(map(str, row.values())) for row in csv.DictReader(handle)]
    return sorted(set(PLACEHOLDER.findall(" ".join(texts))))


def seed_file(path: str, folder: str | None = None) -> Path:
    """A seed's file: that of the table's folder or of the project that dbt runs in, else ours.

    `folder` is var table_dir; None: as dbt was given it.
    """
    folder = table_dir() if folder is None else folder
    if folder and path in (FIELDS, RULES, FORMULAS):
        return Path(folder) / Path(path).name
    own = Path(path)
    return own if own.is_file() else package_root() / path


def package_root() -> Path:
    """The folder of Likeness's dbt project: that of this file, else what `dbt deps` has put."""
    beside = Path(__file__).parents[3]
    installed = Path("dbt_packages") / PACKAGE
    return beside if (beside / "dbt_project.yml").is_file() else installed


def shown_file(path: str) -> str:
    """The path of a seed's file as a sentence names it."""
    folder = table_dir()
    return f"{folder}/{Path(path).name}" if folder and path in (FIELDS, RULES, FORMULAS) else path


def table_dir() -> str:
    """Var table_dir, as dbt was given it, or ''."""
    return str(dbt_var("table_dir") or "")


def dbt_var(name: str) -> Any:
    """A var of Likeness as the command line or the project that dbt runs in gives it, or None."""
    given = command_line_vars()
    if name in given:
        return given[name]
    path = project_file()
    if not path.is_file():
        return None
    return _project_vars(str(path.resolve()), os.stat(path).st_mtime_ns).get(name)


@functools.lru_cache(maxsize=4)
def _project_vars(path: str, changed_at: int) -> dict[str, Any]:
    return project_vars(path)


def _mapping(path: str | Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise ValueError(f"{path}: this is no YAML: {problem}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ValueError(f"{path}: settings are lines of the form name: value")
    return content
