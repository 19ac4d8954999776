"""What each column holds: counted on a sample first, then confirmed on all rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from likeness import warehouse
from likeness.schema.discovery import readers
from likeness.schema.discovery.table import SAMPLE, Table, ask, column

# Fewer texts than this cannot be read in a column that is still one of numbers or dates.
MOST_UNREADABLE = 0.001
FEW_IN_SAMPLE = 100
MOST_DECIMALS = 9
MOST_LEVELS = 2000
NUMBER_TYPES = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "REAL")
ORDER = ("timestamp", "date", "month", "number")


@dataclass
class Profile:
    """What is known of a column; numbers of rows are exact, `distinct` is where it is decisive.

    `filled` rows hold a value, `unreadable` a text that its reader does not read. `levels` are the
    texts of a column of few ones with their rows, the commonest first. `numbers` has min, max,
    whole (rows of whole numbers), zeros, low and high (the quartiles) and decimals of a column of
    numbers.
    """

    index: int
    name: str
    declared: str
    reader: str = "text"
    keeps_markers: bool = False
    filled: int = 0
    unreadable: int = 0
    distinct: int = 0
    longest: int = 0
    with_blank: int = 0
    with_digit: int = 0
    levels: list[tuple[str, int]] = field(default_factory=list)
    numbers: dict[str, float] = field(default_factory=dict)

    @property
    def sql(self) -> str:
        """The column's name in the tables texts and typed."""
        return column(self.index)

    @property
    def text(self) -> str:
        """Its text in the table texts, null where it is missing."""
        return readers.stated(self.sql, self.keeps_markers)

    @property
    def value(self) -> str:
        """Its typed value over the table texts."""
        return readers.value(self.text, self.reader)


def profiles(table: Table) -> list[Profile]:
    """A profile of each column; makes the table `typed` of typed values and `typed_sample`."""
    found = [
        Profile(i, name, declared)
        for i, (name, declared) in enumerate(zip(table.names, table.declared, strict=True))
    ]
    _choose_readers(table, found)
    _confirm(table, found)
    _keep_markers(table, found)
    selected = ", ".join(f"{p.value} as {p.sql}" for p in found)
    table.connection.execute(f"create table typed as select {selected} from texts")
    step = -(-table.rows // SAMPLE)
    for name, of in (("typed_sample", "typed"), ("texts_sample", "texts")):
        table.connection.execute(
            f"create or replace table {name} as select * from {of} where rowid % {step} = 0"
        )
    _describe(table, found)
    _list_levels(table, found)
    return found


def _choose_readers(table: Table, found: Sequence[Profile]) -> None:
    """The reader that reads (nearly) all texts of the sample; of a sparse column, of all rows."""
    counts = ask(table, "texts_sample", _readable(found))
    sparse = [p for p in found if _whole(counts[p.index, "filled"]) < FEW_IN_SAMPLE]
    if sparse and table.rows > SAMPLE:
        counts |= ask(table, "texts", _readable(sparse))
    for profile in found:
        filled = _whole(counts[profile.index, "filled"])
        least = (1 - MOST_UNREADABLE) * filled
        for reader in ORDER:
            if filled and _whole(counts[profile.index, reader]) >= least:
                profile.reader = reader
                break
        is_code = _whole(counts[profile.index, "code"]) > 0
        if profile.reader == "number" and is_code and not _is_number_type(profile.declared):
            profile.reader = "text"
        if profile.declared == "BOOLEAN":
            profile.reader = "text"


def _readable(found: Sequence[Profile]) -> dict[tuple, str]:
    expressions: dict[tuple, str] = {}
    for p in found:
        expressions[p.index, "filled"] = f"count({p.text})"
        for reader in ORDER:
            expressions[p.index, reader] = f"count({readers.value(p.text, reader)})"
        # A double has no place for a leading zero or for more than fifteen digits.
        code = "[-+]?(?:0[0-9].*|[0-9]{16,})"
        expressions[p.index, "code"] = (
            f"count(*) filter (where regexp_full_match({p.text}, '{code}'))"
        )
    return expressions


def _confirm(table: Table, found: Sequence[Profile]) -> None:
    """A reader that does not read the rows outside the sample gives way to text."""
    read = [p for p in found if p.reader != "text"]
    expressions: dict[tuple, str] = {}
    for p in read:
        expressions[p.index, "filled"] = f"count({p.text})"
        value = readers.number_of(p.text) if p.reader == "number" else p.value
        expressions[p.index, "read"] = f"count({value})"
        expressions[p.index, "code"] = (
            f"count(*) filter (where length({p.sql}) > 1 and {p.sql}[1] = '0' "
            f"and {p.sql}[2] between '0' and '9')"
            if p.reader == "number"
            else "0"
        )
        expressions[p.index, "largest"] = (
            f"max(abs(try_cast({p.text} as hugeint)))" if p.reader == "number" else "0"
        )
    counts = ask(table, "texts", expressions)
    for p in read:
        unreadable = _whole(counts[p.index, "filled"]) - _whole(counts[p.index, "read"])
        is_declared = _is_number_type(p.declared)
        is_code = _whole(counts[p.index, "code"]) > 0 and not is_declared
        too_large = _whole(counts[p.index, "largest"] or 0) > 2**53 and (
            not is_declared or "INT" in p.declared
        )
        if unreadable > MOST_UNREADABLE * table.rows or is_code or too_large:
            p.reader = "text"
        else:
            p.unreadable = unreadable


def _keep_markers(table: Table, found: Sequence[Profile]) -> None:
    """In a column of texts a word such as `unknown` is a value, where no sign says missing there.

    So is `NA` among codes of two letters.
    """
    texts = [p for p in found if p.reader == "text"]
    expressions: dict[tuple, str] = {}
    for p in texts:
        conditions = {
            "words": readers.among(p.sql, readers.WORDS),
            "signs": readers.among(p.sql, readers.SIGNS),
            "na": f"{p.sql} = 'NA'",
            "codes": f"{p.sql} between 'AA' and 'ZZ' and length({p.sql}) = 2",
            "any": f"{p.sql} is not null",
        }
        for key, condition in conditions.items():
            expressions[p.index, key] = f"count(*) filter (where {condition})"
    counts = ask(table, "texts", expressions)
    for p in texts:
        words, signs, na, codes, filled = (
            _whole(counts[p.index, key]) for key in ("words", "signs", "na", "codes", "any")
        )
        p.keeps_markers = (words > 0 and signs == 0) or (na > 0 and codes == filled and na < filled)


def _describe(table: Table, found: Sequence[Profile]) -> None:
    expressions: dict[tuple, str] = {}
    for p in found:
        expressions[p.index, "filled"] = f"count({p.sql})"
        expressions[p.index, "distinct"] = f"approx_count_distinct({p.sql})"
        if p.reader == "text":
            expressions[p.index, "longest"] = f"max(length({p.sql}))"
            for key, pattern in (("with_blank", r"\s"), ("with_digit", "[0-9]")):
                expressions[p.index, key] = (
                    f"count(*) filter (where regexp_matches({p.sql}, '{pattern}'))"
                )
        elif p.reader == "number":
            aggregates = {
                "min": f"min({p.sql})",
                "max": f"max({p.sql})",
                "whole": f"count(*) filter (where {p.sql} = round({p.sql}))",
                "zeros": f"count(*) filter (where {p.sql} = 0)",
            }
            expressions |= {(p.index, key): sql for key, sql in aggregates.items()}
    counts = ask(table, "typed", expressions)
    numeric = [p for p in found if p.reader == "number"]
    counts |= ask(table, "texts", {(p.index, "decimals"): _decimals(p) for p in numeric})
    quartiles = {(p.index, "q"): f"quantile_cont({p.sql}, [0.25, 0.75])" for p in numeric}
    counts |= ask(table, "typed_sample", quartiles)
    for p in found:
        p.filled = _whole(counts[p.index, "filled"])
        p.distinct = min(_whole(counts[p.index, "distinct"]), p.filled)
        if p.reader == "text":
            p.longest = _whole(counts[p.index, "longest"])
            p.with_blank = _whole(counts[p.index, "with_blank"])
            p.with_digit = _whole(counts[p.index, "with_digit"])
        elif p.reader == "number":
            keys = ("min", "max", "whole", "zeros", "decimals")
            p.numbers = {key: _real(counts[p.index, key]) for key in keys}
            low, high = counts[p.index, "q"] or (0, 0)  # type: ignore[misc]
            p.numbers |= {"low": _real(low), "high": _real(high)}


def _decimals(profile: Profile) -> str:
    """The most digits after the point, zeros at the end left out; of 1e-7 those of the power."""
    text = profile.text
    digits = f"length(rtrim(split_part(trim({text}, ' %$€£USD'), '.', 2), '0'))"
    power = (
        f"greatest(0, length(split_part(split_part(lower({text}), 'e', 1), '.', 2)) "
        f"- try_cast(split_part(lower({text}), 'e', 2) as integer))"
    )
    return f"max(case when contains(lower({text}), 'e') then {power} else {digits} end)"


def _list_levels(table: Table, found: Sequence[Profile]) -> None:
    """Exact distinct values where few or where nearly all differ; the texts of few ones."""
    few = [p for p in found if p.filled and p.distinct <= 1.2 * MOST_LEVELS]
    many = [p for p in found if p not in few and p.distinct > 0.4 * p.filled]
    exact = ask(table, "typed", {(p.index, "n"): f"count(distinct {p.sql})" for p in few + many})
    for p in few + many:
        p.distinct = _whole(exact[p.index, "n"])
        if p in few and (p.reader == "text" or p.distinct <= 30):
            p.levels = table.connection.execute(
                f"select {p.text} as level, count(*) as n from texts "
                f"where {p.text} is not null group by level order by n desc, level"
            ).fetchall()


def _is_number_type(declared: str) -> bool:
    return any(name in declared for name in NUMBER_TYPES) and "[" not in declared


def _whole(value: object) -> int:
    return int(value or 0)  # type: ignore[call-overload]


def _real(value: object) -> float:
    return float(value or 0)  # type: ignore[arg-type]


def exact_distinct(table: Table, profile: Profile) -> int:
    """The number of distinct texts of a column."""
    (n,) = warehouse.row(table.connection, f"select count(distinct {profile.text}) from texts")
    return int(n)
