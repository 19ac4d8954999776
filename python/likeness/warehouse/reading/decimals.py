"""Is 1,5 one and a half? Decided once for a file, from what can be read in one way only."""

from collections.abc import Sequence

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


def with_points(relation: str, columns: Sequence[str], numbers: Sequence[str]) -> str:
    """The relation with the numbers of a file of decimal commas written with a point."""
    changed = ", ".join(
        f"case when regexp_full_match({n}, '{WITH_COMMA}') "
        f"then replace(replace({n}, '.', ''), ',', '.') else {n} end as {n}"
        for n in map(warehouse.quoted, numbers)
    )
    return f"(select * replace ({changed}) from {relation})"
