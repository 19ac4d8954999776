"""What each column holds: counted on a sample first, then confirmed on all rows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from likeness.schema.discovery import readers
from likeness.schema.discovery.reader_choice import (
    MOST_UNREADABLE,
    choose_readers,
    is_float,
    is_number_type,
)
from likeness.schema.discovery.table import Table, ask, column, sample, whole

MOST_DECIMALS = 9
MOST_LEVELS, MOST_CODES = 2000, 30
KEYS = ("code", "whole", "largest", "distinct")
# A number of this many digits comes back from a double as it was.
DOUBLE_DIGITS = 15
DATES = ("month", "date", "timestamp")


@dataclass
class Profile:
    """What is known of a column; numbers of rows are exact, `distinct` is where it is decisive.

    `filled` rows hold a value, `unreadable` a text that its reader does not read. `as_marked` says
    that markers in it are missing values, `keeps_markers` that they are values. `form` is the
    format of a column of dates, as strptime takes it; `firsts` counts those of the first of a
    month, `midnights` those without a time. `blank` and `digit` are the shares of texts of a sample
    that hold one. `levels` are the texts of a column of few ones with their rows, the commonest
    first. `numbers` has min, max, whole (rows of whole numbers), zeros, low and high (the
    quartiles) and decimals of a column of numbers.
    """

    index: int
    name: str
    declared: str
    reader: str = "text"
    form: str = ""
    keeps_markers: bool = False
    as_marked: bool = False
    filled: int = 0
    unreadable: int = 0
    distinct: int = 0
    longest: int = 0
    blank: float = 0.0
    digit: float = 0.0
    firsts: int = 0
    midnights: int = 0
    levels: list[tuple[str, int]] = field(default_factory=list)
    numbers: dict[str, float] = field(default_factory=dict)

    @property
    def sql(self) -> str:
        """The column's name in the tables texts and typed."""
        return column(self.index)

    def is_wide(self, largest: float) -> bool:
        """Whether numbers up to `largest` have more digits than a double keeps."""
        declared = re.fullmatch(r"DECIMAL\([0-9]+,\s*([0-9]+)\)", self.declared)
        decimals = int(declared[1]) if declared else 0
        return not is_float(self.declared) and largest >= 10.0 ** (DOUBLE_DIGITS + 1 - decimals)

    @property
    def text(self) -> str:
        """Its text in the table stated, null where it is missing; once its reader is known."""
        return readers.stated(self.sql) if self.as_marked else self.sql

    @property
    def value(self) -> str:
        """Its typed value over the table stated; infinity is left."""
        return readers.value(self.text, self.reader, self.form)


def profiles(table: Table) -> list[Profile]:
    """A profile of each column.

    Makes the tables `stated`, of texts without missing markers, and `typed`, of typed values, and
    a sample of each.
    """
    found = [
        Profile(i, name, declared)
        for i, (name, declared) in enumerate(zip(table.names, table.declared, strict=True))
    ]
    sample(table, "texts")
    _keep_markers(table, found)
    listed = ", ".join(
        f"{p.sql if p.keeps_markers else readers.stated(p.sql)} as {p.sql}" for p in found
    )
    table.connection.execute(f"create table stated as select {listed} from texts")
    table.connection.execute("drop table texts")
    sample(table, "stated")
    choose_readers(table, found)
    while not _typed(table, found):
        pass
    sample(table, "typed")
    _describe(table, found)
    _list_levels(table, found)
    return found


def _typed(table: Table, found: Sequence[Profile]) -> bool:
    """Make the table typed; whether each reader reads the rows outside the sample as well.

    One that does not gives way to text, and the table must be made again.
    """
    # Each value is read once: the optimizer takes seconds over an expression that repeats a reader.
    values = ", ".join(f"{p.value} as {p.sql}" for p in found)
    numbers = {p.sql for p in found if p.reader == "number"}
    finite = ", ".join(
        f"{readers.finite(p.sql)} as {p.sql}" if p.sql in numbers else p.sql for p in found
    )
    table.connection.execute(
        f"create or replace table typed as with read_once as materialized "
        f"(select {values} from stated) select {finite} from read_once"
    )
    read = [p for p in found if p.reader != "text"]
    texts: dict[tuple, str] = {}
    for p in read:
        texts[p.index, "filled"] = f"count({p.text})"
        texts[p.index, "code"] = f"count(*) filter (where {p.sql} >= '00' and {p.sql} < '0:')"
        texts[p.index, "distinct"] = f"approx_count_distinct({p.text})"
    counts = ask(table, "stated", texts)
    typed: dict[tuple, str] = {}
    for p in read:
        typed[p.index, "read"] = f"count({p.sql})"
        is_number = p.reader == "number"
        typed[p.index, "largest"] = f"max(abs({p.sql}))" if is_number else "0"
        typed[p.index, "whole"] = f"bool_and({p.sql} = round({p.sql}))" if is_number else "false"
    counts |= ask(table, "typed", typed)
    for p in read:
        p.unreadable = whole(counts[p.index, "filled"]) - whole(counts[p.index, "read"])
        loses = p.reader == "number" and _loses_digits(
            p, {k: counts.get((p.index, k)) for k in KEYS}
        )
        if p.unreadable > MOST_UNREADABLE * table.rows or loses:
            p.reader, p.unreadable = "text", 0
    is_sound = all(p.reader != "text" for p in read)
    for p in found:
        p.as_marked = p.as_marked and p.reader != "text"
        p.keeps_markers = p.keeps_markers and p.reader == "text"
    return is_sound


def _loses_digits(profile: Profile, counts: Mapping[str, object]) -> bool:
    """Whether a double has no place for all digits of a number, or for the zeros before it.

    Numbers with decimals lose none that matter, unless they are few and stand for themselves.
    """
    if whole(counts["distinct"]) <= MOST_CODES and profile.is_wide(_real(counts["largest"])):
        return True
    if is_number_type(profile.declared) and "INT" not in profile.declared:
        return False
    has_zeros = whole(counts["code"]) > 0 and not profile.declared
    return has_zeros or bool(counts["whole"] and _real(counts["largest"]) > 2**53)


def _keep_markers(table: Table, found: Sequence[Profile]) -> None:
    """In a column of texts a word such as `unknown` is a value, where no sign says missing there.

    So is `NA` among codes of two letters.
    """
    expressions: dict[tuple, str] = {}
    for p in found:
        conditions = {
            "words": readers.among(p.sql, readers.WORDS),
            "signs": readers.among(p.sql, readers.SIGNS),
            "na": f"{p.sql} = 'NA'",
            "codes": f"{p.sql} between 'AA' and 'ZZ' and length({p.sql}) = 2",
            "any": f"{p.sql} is not null",
        }
        for key, condition in conditions.items():
            expressions[p.index, key] = f"count(*) filter (where {condition})"
    counts = ask(table, "texts_sample", expressions)
    for p in found:
        words, signs, na, codes, filled = (
            whole(counts[p.index, key]) for key in ("words", "signs", "na", "codes", "any")
        )
        p.keeps_markers = (words > 0 and signs == 0) or (na > 0 and codes == filled and na < filled)


def _describe(table: Table, found: Sequence[Profile]) -> None:
    expressions: dict[tuple, str] = {}
    for p in found:
        expressions[p.index, "filled"] = f"count({p.sql})"
        expressions[p.index, "distinct"] = f"approx_count_distinct({p.sql})"
        if p.reader == "text":
            expressions[p.index, "longest"] = f"max(length({p.sql}))"
        elif p.reader in DATES:
            moment = f"cast({p.sql} as timestamp)"
            expressions[p.index, "firsts"] = f"count(*) filter (where day({moment}) = 1)"
            expressions[p.index, "midnights"] = (
                f"count(*) filter (where date_trunc('day', {moment}) = {moment})"
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
    broken = [
        p for p in numeric if whole(counts[p.index, "whole"]) < whole(counts[p.index, "filled"])
    ]
    counts |= {(p.index, "decimals"): 0 for p in numeric}
    counts |= _most_decimals(table, broken)
    quartiles = {(p.index, "q"): f"quantile_cont({p.sql}, [0.25, 0.75])" for p in numeric}
    holding = {
        (p.index, key): f"avg(cast(regexp_matches({p.sql}, '{pattern}') as integer))"
        for p in found
        if p.reader == "text"
        for key, pattern in (("blank", r"\s"), ("digit", "[0-9]"))
    }
    counts |= ask(table, "typed_sample", quartiles | holding)
    for p in found:
        p.filled = whole(counts[p.index, "filled"])
        p.distinct = min(whole(counts[p.index, "distinct"]), p.filled)
        if p.reader == "text":
            p.longest = whole(counts[p.index, "longest"])
            p.blank, p.digit = _real(counts[p.index, "blank"]), _real(counts[p.index, "digit"])
        elif p.reader in DATES:
            p.firsts = whole(counts[p.index, "firsts"])
            p.midnights = whole(counts[p.index, "midnights"])
        elif p.reader == "number":
            keys = ("min", "max", "whole", "zeros", "decimals")
            p.numbers = {key: _real(counts[p.index, key]) for key in keys}
            quartiles_of = cast(list[float], counts[p.index, "q"] or [0.0, 0.0])
            p.numbers |= {"low": quartiles_of[0], "high": quartiles_of[1]}


def _most_decimals(table: Table, found: Sequence[Profile]) -> dict[tuple, object]:
    """The most decimals of each column, by (index, "decimals").

    Those of the sample, where every number of the table is one of so many; else all texts are read,
    which takes ten times as long.
    """
    asked = {(p.index, "decimals"): _decimals(p) for p in found}
    counts = ask(table, "stated_sample", asked)
    finer = ask(
        table,
        "typed",
        {
            key: f"count(*) filter (where {p.sql} <> round({p.sql}, {whole(counts[key])}))"
            for key, p in zip(asked, found, strict=True)
        },
    )
    open_ones = {key: sql for key, sql in asked.items() if finer[key] or not counts[key]}
    return counts | ask(table, "stated", open_ones)


def _decimals(profile: Profile) -> str:
    """The most digits after the point, zeros at the end left out; of 1e-7 those of the power."""
    text = profile.text
    digits = f"length(rtrim(split_part({text}, '.', 2), '0 %$€£USD'))"
    power = (
        f"greatest(0, length(split_part(split_part(lower({text}), 'e', 1), '.', 2)) "
        f"- coalesce(try_cast(split_part(lower({text}), 'e', 2) as integer), 0))"
    )
    has_power = f"(contains({text}, 'e') or contains({text}, 'E'))"
    return f"max(case when {has_power} then {power} else {digits} end)"


def _list_levels(table: Table, found: Sequence[Profile]) -> None:
    """Exact distinct values where few or where nearly all differ; the texts of few ones."""
    few = [p for p in found if p.filled and p.distinct <= 1.2 * MOST_LEVELS]
    many = [p for p in found if p not in few and p.distinct > 0.4 * p.filled]
    some = many + [p for p in few if p.reader != "text"]
    exact = ask(table, "typed", {(p.index, "n"): f"count(distinct {p.sql})" for p in some})
    for p in some:
        p.distinct = whole(exact[p.index, "n"])
    for p in few:
        if p.reader == "text" or p.distinct <= MOST_CODES:
            p.levels = table.connection.execute(
                f"select {p.text} as level, count(*) as n from stated "
                f"where {p.text} is not null group by level order by n desc, level"
            ).fetchall()
            p.distinct = len(p.levels) if p.reader == "text" else p.distinct


def _real(value: object) -> float:
    return float(value or 0)  # type: ignore[arg-type]
