"""How dbt was called, where a Python model has to know."""

from dbt.flags import get_flags
from dbt_common.invocation import get_invocation_id


def is_empty() -> bool:
    """Whether this is `dbt build --empty`: tables without rows, and nothing that costs."""
    return bool(getattr(get_flags(), "EMPTY", False))


def build_id() -> str:
    """The invocation id of this run of dbt."""
    return get_invocation_id()
