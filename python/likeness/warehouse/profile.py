"""Which database a dbt project builds in, read from its profile as dbt reads it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import TemplateError
from jinja2.nativetypes import NativeEnvironment

OWN = "likeness"
DEFAULT = "likeness.duckdb"


def project_database(project: str | Path = "dbt_project.yml") -> str:
    """Path of the DuckDB file that the project at `project` builds in.

    Raises ValueError, in one sentence, where its profile cannot be read or is of no DuckDB file.
    """
    if not Path(project).is_file() or _mapping(project).get("name") == OWN:
        return os.environ.get("LIKENESS_DB", DEFAULT)
    output = profile_output(project)
    path = str(output.get("path") or "")
    if output.get("type") != "duckdb" or not path or path == ":memory:":
        raise ValueError(
            f"the profile of {project} names no DuckDB file: Likeness needs an output of type "
            "duckdb with a path."
        )
    return path


def profile_output(project: str | Path = "dbt_project.yml") -> dict[str, Any]:
    """The output that the project's profile has for its target, texts rendered.

    The target is DBT_TARGET's, else the profile's own. Raises ValueError as `project_database`.
    """
    content = _mapping(project)
    name = str(_rendered(os.environ.get("DBT_PROFILE") or content.get("profile") or ""))
    path = _profiles()
    profile = _mapping(path).get(name)
    if not isinstance(profile, Mapping):
        raise ValueError(f"{path} has no profile {name}, which {project} names.")
    outputs = profile.get("outputs")
    outputs = outputs if isinstance(outputs, Mapping) else {}
    target = str(_rendered(os.environ.get("DBT_TARGET") or profile.get("target") or "default"))
    if target not in outputs:
        raise ValueError(f"{path}: profile {name} has no output {target}.")
    try:
        return dict(_rendered(outputs[target]))
    except (TemplateError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: profile {name}, output {target}: {error}") from None


def _profiles() -> Path:
    folder = os.environ.get("DBT_PROFILES_DIR")
    if folder:
        return Path(folder) / "profiles.yml"
    own = Path("profiles.yml")
    return own if own.is_file() else Path.home() / ".dbt" / "profiles.yml"


def _mapping(path: str | Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}).") from None
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: this is no YAML: {' '.join(str(error).split())}") from None
    return content if isinstance(content, Mapping) else {}


def _rendered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rendered(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rendered(item) for item in value]
    if not isinstance(value, str) or "{" not in value:
        return value
    environment = NativeEnvironment()
    environment.filters.update(
        as_bool=bool, as_number=float, as_native=lambda one: one, as_text=str
    )
    return environment.from_string(value).render(env_var=_env_var)


def _env_var(name: str, default: str | None = None) -> str:
    if name in os.environ:
        return os.environ[name]
    if default is None:
        raise ValueError(f"the environment variable {name} is not set")
    return default
