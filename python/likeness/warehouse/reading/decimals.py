"""Is 1,5 one and a half? Decided once for a file, from what can be read in one way only."""

import re
from collections.abc import Iterable, Mapping, Sequence

from likeness import warehouse

SAMPLE = 20_000
# One or two digits after the sign are decimals; three may be thousands.
COMMA = r"\s*[-+]?[$€£]?\s*[0-9.]*[0-9],[0-9]{1,2}\s*[%€$£]?\s*"
POINT = r"\s*[-+]?[$€£]?\s*[0-9,]*[0-9]\.[0-9]{1,2}\s*[%€$£]?\s*"
WITH_COMMA = r"\s*[-+]?[$€£]?\s*(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?\s*[%€$£]?\s*"


def mark(relation: str, numbers: Sequence[str]) -> str:
    """The decimal mark, `,` or `.`: the one that more numbers of the first rows can only have."""
    if not numbers:
        return "."
    counts = [
        " + ".join(
            f"count(*) filter (where regexp_full_match({warehouse.quoted(n)}, '{sign}'))"
            for n in numbers
        )
        for sign in (COMMA, POINT)
    ]
    sample = f"(select * from {relation} limit {SAMPLE})"
    with warehouse.scratch() as connection:
        commas, points = warehouse.row(connection, f"select {', '.join(counts)} from {sample}")
    return "," if commas > points else "."


def has_comma(texts: Iterable[str | None]) -> bool:
    """Whether more of the texts can only have a decimal comma than a decimal point."""
    more = 0
    for text in filter(None, texts):
        more += bool(re.fullmatch(COMMA, text)) - bool(re.fullmatch(POINT, text))
    return more > 0


def pointed(row: Mapping[str, str | None], numbers: Sequence[str]) -> dict[str, str | None]:
    """A row of a file of decimal commas, its `numbers` written with a point."""
    commas = {n: row[n] for n in numbers if row.get(n) and re.fullmatch(WITH_COMMA, row[n] or "")}
    return {**row, **{n: text.replace(".", "").replace(",", ".") for n, text in commas.items()}}


def with_points(relation: str, columns: Sequence[str], numbers: Sequence[str]) -> str:
    """The relation with the numbers of a file of decimal commas written with a point."""
    changed = ", ".join(
        f"case when regexp_full_match({n}, '{WITH_COMMA}') "
        f"then replace(replace({n}, '.', ''), ',', '.') else {n} end as {n}"
        for n in map(warehouse.quoted, numbers)
    )
    return f"(select * replace ({changed}) from {relation})"
