"""How dbt was called, where a Python model has to know."""

from dbt.flags import get_flags


def is_empty() -> bool:
    """Whether this is `dbt build --empty`: tables without rows, and nothing that costs."""
    return bool(getattr(get_flags(), "EMPTY", False))
