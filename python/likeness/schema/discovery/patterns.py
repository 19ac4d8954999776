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


def find_patterns(table: Table, found: Sequence["Profile"]) -> dict[int, str]:
    """The pattern of each column of many values that are all written alike, by its index.

    A # is a digit. The first digit is one that no identifier of the greatest length starts with,
    or there is a digit more than in any, so that what is made has no copy in the source.
    """
    many = [
        p
        for p in found
        if p.filled and p.distinct > LEAST_DISTINCT * p.filled and p.reader in ("text", "number")
    ]
    known = ask(table, "stated_sample", _shapes(many))
    some = [p for p in many if known[p.index, "one"] or known[p.index, "all_uuids"]]
    known |= ask(table, "stated", _shapes(some))
    patterns = {p.index: UUID for p in some if known[p.index, "all_uuids"]}
    alike = [p for p in some if known[p.index, "one"] and "#" in str(known[p.index, "form"])]
    firsts = ask(
        table,
        "stated",
        {
            (p.index,): f"list_sort(list(distinct regexp_extract({p.text}, '[0-9]')) "
            f"filter (where length({p.text}) = {known[p.index, 'longest']}))"
            for p in alike
        },
    )
    for p in alike:
        form = str(known[p.index, "form"])
        if p.index in patterns or len(form) > LONGEST or '"' in form:
            continue
        taken = firsts[p.index,]
        free = [d for d in "987654321" if d not in taken]  # type: ignore[operator]
        pattern = form.replace("#", free[0] if free else "9#", 1)
        patterns[p.index] = pattern if "#" in pattern else form.replace("#", "9#", 1)
    return patterns


def _shapes(found: Sequence["Profile"]) -> dict[tuple, str]:
    """What is asked of the texts of each column: are all of one shape, or UUIDs, and which."""
    shapes: dict[tuple, str] = {}
    for p in found:
        shape = f"regexp_replace({p.text}, '[0-9]+', '#', 'g')"
        shapes |= {
            (p.index, "all_uuids"): f"bool_and(regexp_full_match({p.text}, '{UUID_PATTERN}'))",
            (p.index, "one"): f"min({shape}) = max({shape})",
            (p.index, "longest"): f"max(length({p.text}))",
            (p.index, "form"): (
                f"arg_max(regexp_replace({p.text}, '[0-9]', '#', 'g'), length({p.text}))"
            ),
        }
    return shapes
