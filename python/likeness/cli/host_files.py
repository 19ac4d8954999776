"""A table in a dbt project that has Likeness as a package: its folder, and the project's vars."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from likeness.schema.discovery.table import CannotDraft
from likeness.schema.given import PACKAGE
from likeness.warehouse.profile import profile_output

PROJECT = "dbt_project.yml"
FOLDER = "likeness"
PLUGIN = "likeness.dbt_plugin"
HEAD = re.compile(r"^vars:[ \t]*(\{[ \t]*\}[ \t]*)?(#.*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Host:
    """The project in this folder; `is_first` says whether it has no table of Likeness yet."""

    name: str
    text: str
    is_first: bool


def host() -> Host:
    """The project in this folder. Raises CannotDraft where there is none, or it is Likeness."""
    path = Path(PROJECT)
    if not path.is_file():
        raise CannotDraft(
            "there is no dbt_project.yml in this folder: go to your dbt project, or give --to "
            "FOLDER for a project of its own."
        )
    text = path.read_text(encoding="utf-8")
    content = _parsed(text)
    if content.get("name") == PACKAGE:
        raise CannotDraft("this is the folder of Likeness itself: give --to FOLDER.")
    scoped = (content.get("vars") or {}).get(PACKAGE)
    return Host(str(content.get("name")), text, not scoped)


def with_vars(text: str, block: str) -> str:
    """dbt_project.yml with the lines `block` as vars of Likeness; all else stays as it is.

    Raises CannotDraft where its own vars are written so that no line fits between.
    """
    before = _parsed(text)
    head = HEAD.search(text)
    if head:
        after = text[head.end() :]
        indent = re.match(r"(?:[ \t]*(?:#.*)?\n)*([ ]+)\S", after)
        step = indent[1] if indent and not head[1] else "  "
        new = f"{text[: head.start()]}vars:{_comment(head[2])}\n{_indented(block, step)}{after}"
        new = new.rstrip("\n") + "\n"
    else:
        new = f"{text.rstrip()}\n\nvars:\n{_indented(block, '  ')}"
    wanted = dict(before)
    wanted["vars"] = {PACKAGE: yaml.safe_load(block), **(before.get("vars") or {})}
    if _parsed(new) != wanted:
        raise CannotDraft(
            f"{PROJECT}: its vars are not written line by line; write `vars:` and below it each "
            "var in a line of its own."
        )
    return new


def missing_parts() -> list[str]:
    """What the project still lacks before a build, a line each."""
    lines = []
    if not Path("dbt_packages", PACKAGE, PROJECT).is_file():
        lines.append("packages.yml must name Likeness; then `dbt deps`.")
    try:
        plugins = profile_output().get("plugins") or []
        named = [one.get("module") for one in plugins if isinstance(one, Mapping)]
        if PLUGIN not in named:
            lines.append(f"profiles.yml: add `plugins: [{{module: {PLUGIN}}}]` to the output.")
    except ValueError as error:
        lines.append(str(error))
    return lines


def _comment(text: str | None) -> str:
    return f" {text}" if text else ""


def _indented(block: str, step: str) -> str:
    lines = [f"{step}{PACKAGE}:\n"]
    for line in block.splitlines():
        lines.append(f"{step}{step}{line}\n" if line.strip() else "\n")
    return "".join(lines)


def _parsed(text: str) -> dict:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise CannotDraft(f"{PROJECT}: this is no YAML: {problem}") from None
    return content if isinstance(content, dict) else {}
