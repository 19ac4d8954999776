"""Which reader reads a column's texts: numbers, months, days or moments, else they are texts."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from likeness import warehouse
from likeness.schema.discovery import dates, readers
from likeness.schema.discovery.table import SAMPLE, Table, ask, whole

if TYPE_CHECKING:
    from likeness.schema.discovery.columns import Profile

# Fewer texts than this cannot be read in a column that is still one of numbers or dates.
MOST_UNREADABLE = 0.001
FEW_IN_SAMPLE = 100
NUMBER_TYPES = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "REAL")
# A double has no place for a leading zero or for more than fifteen digits.
CODE = "[-+]?(?:0[0-9].*|[0-9]{16,})"
Form = tuple[str, str]
ENDS = ("min", "max", "any_value", "longest")
PLAIN: tuple[Form, ...] = (("month", ""), ("number", ""))


def choose_readers(table: Table, found: Sequence["Profile"]) -> None:
    """Set the reader that reads (nearly) all texts of the sample; of a sparse column, of all rows.

    Where days may stand before months or after them, and nothing tells which, they stay texts.
    """
    for profile in found:
        profile.as_marked = profile.keeps_markers
    counts, forms = _counted(table, "stated_sample", found)
    sparse = [p for p in found if whole(counts[p.index, "filled"]) < FEW_IN_SAMPLE]
    if sparse and table.rows > SAMPLE:
        more, of_sparse = _counted(table, "stated", sparse)
        counts, forms = counts | more, forms | of_sparse
    for profile in found:
        _choose(profile, counts, forms[profile.index])
        # In a column of texts the markers are kept, so they must count as values from here on.
        profile.as_marked = profile.as_marked and profile.reader != "text"


def is_number_type(declared: str) -> bool:
    """Whether a type that a Parquet file declares is one of numbers."""
    return any(name in declared for name in NUMBER_TYPES) and "[" not in declared


def is_float(declared: str) -> bool:
    """Whether a declared type is itself that of doubles or floats."""
    return declared in ("DOUBLE", "FLOAT")


def _choose(profile: "Profile", counts: Mapping[tuple, object], forms: Sequence[Form]) -> None:
    filled = whole(counts[profile.index, "filled"])
    least = (1 - MOST_UNREADABLE) * filled
    able = [form for form in forms if filled and whole(counts[profile.index, form]) >= least]
    days = [form for form in able if form[1]]
    if len({dates.is_day_first(form) for _, form in days}) > 1:
        days = [f for f in days if whole(counts[profile.index, f, "firsts"]) == filled]
        days = days if len({dates.is_day_first(form) for _, form in days}) == 1 else []
    if days:
        # As many as can be are printed as they stand: with a zero before a single digit or not.
        profile.reader, profile.form = max(
            days, key=lambda form: whole(counts[profile.index, form, "same"])
        )
    else:
        profile.reader = next((reader for reader, form in able if not form), "text")
    is_code = whole(counts[profile.index, "code"]) > 0
    is_own_type = is_number_type(profile.declared)
    if profile.reader == "number" and is_code and not is_own_type:
        profile.reader = "text"
    if profile.declared == "BOOLEAN":
        profile.reader, profile.form = "text", ""


def _counted(
    table: Table, of: str, found: Sequence["Profile"]
) -> tuple[dict[tuple, object], dict[int, list[Form]]]:
    """How many texts each reader and format reads, and which were asked, by column."""
    ends: dict[tuple, str] = {}
    for p in found:
        for aggregate in ("min", "max", "any_value"):
            ends[p.index, aggregate] = f"{aggregate}({p.text})"
        ends[p.index, "longest"] = f"arg_max({p.text}, length({p.text}))"
    texts = ask(table, of, ends)
    forms: dict[int, list[Form]] = {}
    expressions: dict[tuple, str] = {}
    for p in found:
        given = [_text(texts[p.index, aggregate]) for aggregate in ENDS]
        guessed = dates.formats_of(given)
        forms[p.index] = [("timestamp" if dates.has_time(f) else "date", f) for f in guessed]
        forms[p.index] += PLAIN
        expressions[p.index, "filled"] = f"count({p.text})"
        expressions[p.index, "code"] = (
            f"count(*) filter (where regexp_full_match({p.text}, '{CODE}'))"
        )
        for form in forms[p.index]:
            expressions[p.index, form] = f"count({readers.value(p.text, *form)})"
            if form[1]:
                moment = readers.moment(p.text, form[1])
                printed = f"strftime({moment}, {warehouse.literal(form[1])})"
                expressions[p.index, form, "firsts"] = f"count(*) filter (where day({moment}) = 1)"
                expressions[p.index, form, "same"] = f"count(*) filter (where {printed} = {p.text})"
    return ask(table, of, expressions), forms


def _text(value: object) -> str | None:
    return None if value is None else str(value)
