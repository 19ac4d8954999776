"""The pattern of a column of identifiers, such that no identifier made in it can be a source's."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from likeness.schema.discovery.table import Table, ask
from likeness.schema.fields import UUID

if TYPE_CHECKING:
    from likeness.schema.discovery.columns import Profile

LEAST_DISTINCT = 0.02
HEX = "[0-9a-f]"
UUID_PATTERN = f"{HEX}{{8}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{12}}"
LONGEST = 60


def find_patterns(table: Table, found: Sequence["Profile"]) -> None:
    """Set the pattern of each column of many values that are all written alike.

    A # is a digit. The first digit is one that no identifier of the greatest length starts with,
    or there is a digit more than in any, so that what is made has no copy in the source.
    """
    many = [
        p
        for p in found
        if p.filled and p.distinct > LEAST_DISTINCT * p.filled and p.reader in ("text", "number")
    ]
    shapes: dict[tuple, str] = {}
    for p in many:
        shapes[p.index, "uuids"] = (
            f"count(*) filter (where regexp_full_match({p.text}, '{UUID_PATTERN}'))"
        )
        shape = f"regexp_replace({p.text}, '[0-9]+', '#', 'g')"
        shapes[p.index, "one"] = f"min({shape}) = max({shape})"
        shapes[p.index, "longest"] = f"max(length({p.text}))"
        shapes[p.index, "form"] = (
            f"arg_max(regexp_replace({p.text}, '[0-9]', '#', 'g'), length({p.text}))"
        )
    known = ask(table, "stated", shapes)
    alike = [p for p in many if known[p.index, "one"] and "#" in str(known[p.index, "form"])]
    firsts = ask(
        table,
        "stated",
        {
            (p.index,): f"list_sort(list(distinct regexp_extract({p.text}, '[0-9]')) "
            f"filter (where length({p.text}) = {known[p.index, 'longest']}))"
            for p in alike
        },
    )
    for p in many:
        if known[p.index, "uuids"] == p.filled:
            p.pattern = UUID
    for p in alike:
        form = str(known[p.index, "form"])
        if p.pattern == UUID or len(form) > LONGEST or '"' in form:
            continue
        taken = firsts[p.index,]
        free = [d for d in "987654321" if d not in taken]  # type: ignore[operator]
        p.pattern = form.replace("#", free[0] if free else "9#", 1)
        if "#" not in p.pattern:
            p.pattern = form.replace("#", "9#", 1)
