"""How dbt was called, where Python has to know.

dbt is imported where it is asked: Spark's executors draw rows without it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def is_empty() -> bool:
    """Whether this is `dbt build --empty`: tables without rows, and nothing that costs."""
    return bool(getattr(_flags(), "EMPTY", False))


def command_line_vars() -> Mapping[str, Any]:
    """What `--vars` gave."""
    return getattr(_flags(), "VARS", None) or {}


def project_file() -> Path:
    """The dbt_project.yml of the project that dbt runs, Likeness's own or its host's."""
    return Path(getattr(_flags(), "PROJECT_DIR", None) or ".") / "dbt_project.yml"


def build_id() -> str:
    """The invocation id of this run of dbt."""
    from dbt_common.invocation import get_invocation_id

    return get_invocation_id()


def _flags() -> Any:
    from dbt.flags import get_flags

    return get_flags()
