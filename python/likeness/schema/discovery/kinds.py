"""Which kind of field a column is, and why: the judgement over its profile."""

import math
import re
from dataclasses import dataclass

from likeness.schema.discovery import dates
from likeness.schema.discovery.columns import DOUBLE_DIGITS, MOST_DECIMALS, Profile
from likeness.schema.discovery.reader_choice import is_number_type
from likeness.schema.discovery.table import CannotDraft

MIN_CELL_ROWS = 20
# The levels of a category that may be named hold at least this share of its rows, and its levels
# are at most that share of them; else its texts are free.
LEAST_NAMED, MOST_DISTINCT = 0.7, 0.1
# Of so many rows min_cell_rows are in train, whatever the split; without a list of values at least
# one of a category must be, so that there is one to draw.
SURELY_IN_TRAIN = 45
MOST_CODES, MOST_TARGET_CODES = 25, 20
ALL_DIGITS_KEPT = 2**53
OWN_LABELS = ("(other)", "(missing)")
BOOLEANS = ({"true", "false"}, {"yes", "no"}, {"y", "n"}, {"t", "f"}, {"0", "1"}, {"0.0", "1.0"})
ID_NAME = re.compile(r"(?i:(^|[_\W])(id|uuid|guid|key)$|^(id|uuid|guid)([_\W]|$))|[a-z](ID|Id)$")
CODE_NAME = re.compile(
    r"type|code|class|category|group|region|gender|sex|status|month|weekday|browser|system|segment"
    r"|marital|race|zip|branch|channel|product|kind",
    re.I,
)
LENGTHS = (20, 40, 80, 160, 320, 640, 1280, 2560, 5120)
NUMBERS = ("continuous", "integer", "count")
CATEGORIES = ("categorical", "boolean")
DATES = ("date", "timestamp")


@dataclass
class Found:
    """A column's field as drafted, with the reason in `evidence`."""

    profile: Profile
    kind: str
    type: str
    reader: str
    evidence: str
    decimals: int | None = None
    format: str = "text"
    max_length: int | None = None
    allowed_values: tuple[str, ...] = ()
    nullable: bool = False

    @property
    def name(self) -> str:
        """The column's name in the source."""
        return self.profile.name

    @property
    def sql(self) -> str:
        """Its name in the table typed."""
        return self.profile.sql

    @property
    def is_number(self) -> bool:
        """Whether it is typed and compared as a number."""
        return self.kind in NUMBERS

    @property
    def is_category(self) -> bool:
        """Whether it is compared as a category."""
        return self.kind in CATEGORIES

    @property
    def levels(self) -> int:
        """The number of its values, a missing one not counted."""
        return self.profile.distinct


def found_of(profile: Profile, rows: int, target: str | None) -> Found:
    """The field that a column with this profile is, in a table of `rows`."""
    made = _kind(profile, rows, profile.name == target)
    made.nullable = profile.filled + profile.unreadable < rows
    return made


def shown_rows(n: int) -> str:
    """A number of rows as a document may say it: not below the minimum."""
    return f"{n:,}" if n == 0 or n >= MIN_CELL_ROWS else f"fewer than {MIN_CELL_ROWS}"


def _kind(p: Profile, rows: int, is_target: bool) -> Found:
    if p.filled == 0:
        return Found(p, "constant", "text", "text", "every value is missing")
    if p.distinct == 1 and p.filled == rows:
        made = Found(p, "constant", "text", "text", "one value in every row")
        made.allowed_values = _domain(p)
        return made
    if is_target:
        return _target(p)
    if p.reader == "number":
        return _number(p, rows)
    if p.reader in ("date", "month", "timestamp"):
        return _date(p)
    return _text(p)


def _target(p: Profile) -> Found:
    if p.reader != "text" and not (p.distinct <= MOST_TARGET_CODES and _is_coded(p)):
        raise CannotDraft(
            f"--target {p.name}: this column has too many values for a category; name one of at "
            f"most {MOST_TARGET_CODES} values, or leave --target out."
        )
    if p.reader == "text" and not _is_boolean(p) and _named_share(p) < LEAST_NAMED:
        raise CannotDraft(
            f"--target {p.name}: most of this column's values are held by fewer than "
            f"{MIN_CELL_ROWS} rows; name a column with fewer values, or leave --target out."
        )
    kind = "boolean" if _is_boolean(p) else "categorical"
    return _category(p, kind, f"named by --target; {p.distinct} values")


def _date(p: Profile) -> Found:
    """A timestamp whose times are all midnight is a day, a day always the first a month."""
    form = dates.at_midnight(p.form) if p.midnights == p.filled else p.form
    if p.reader == "month":
        made = Found(p, "date", "date", "month", "months such as Jan-2015")
        made.format, made.max_length = "Mon-YYYY", 8
    elif dates.has_time(form):
        made = Found(p, "timestamp", "timestamp", "timestamp", "days with a time", format=form)
    elif p.firsts == p.filled and p.distinct > 1:
        made = Found(p, "date", "date", "month", "days, each the first of a month", format=form)
    else:
        made = Found(p, "date", "date", "date", "days", format=form)
    made.evidence += _unreadable(p)
    return made


def _number(p: Profile, rows: int) -> Found:
    if p.numbers["whole"] == p.filled:
        return _whole(p, rows)
    decimals = min(int(p.numbers["decimals"]), MOST_DECIMALS)
    made = Found(p, "continuous", "double", "number", f"numbers of up to {decimals} decimals")
    made.decimals, made.format = decimals, "number"
    if p.is_wide(max(abs(p.numbers["min"]), abs(p.numbers["max"]))):
        made.evidence += f", of which {DOUBLE_DIGITS} digits are kept"
    made.evidence += _unreadable(p)
    return made


def _whole(p: Profile, rows: int) -> Found:
    if _is_identifier(p, rows):
        return _identifier(p, "whole numbers, each in one row" if p.distinct == p.filled else "")
    if _is_boolean(p) and p.filled >= SURELY_IN_TRAIN:
        return _category(p, "boolean", "two values, 0 and 1")
    why = _code(p) if _is_coded(p) else ""
    if why:
        return _category(p, "categorical", f"whole numbers of {p.distinct} values: {why}")
    least, most = p.numbers["min"], p.numbers["max"]
    made = Found(p, "integer", "double", "number", "whole numbers", decimals=0, format="number")
    if least in (0, 1) and p.numbers["high"] < 1000:
        made.kind, made.evidence = "count", "whole numbers from 0 or 1 on"
    elif max(abs(least), abs(most)) < 2**31:
        made.type = "integer"
    elif max(abs(least), abs(most)) <= ALL_DIGITS_KEPT:
        made.type = "bigint"
    else:
        made.kind = "continuous"
    made.evidence += _unreadable(p)
    return made


def _is_identifier(p: Profile, rows: int) -> bool:
    """Unique whole numbers of which a random draw would have repeated some; or so by their name.

    Numbers that a database declares to have decimals are amounts, whole or not.
    """
    named = bool(ID_NAME.search(p.name))
    if p.distinct < p.filled:
        return named and p.distinct > max(MOST_CODES, 0.02 * p.filled)
    if named:
        return True
    if is_number_type(p.declared) and "INT" not in p.declared:
        return False
    spread = max(p.numbers["high"] - p.numbers["low"], 1)
    expected_repeats = (p.filled / 2) ** 2 / (2 * spread)
    return p.filled == rows and expected_repeats > 10


def _is_coded(p: Profile) -> bool:
    """Whether few numbers are written in one way each, so that their texts may stand for them."""
    return 2 <= p.distinct <= MOST_CODES and len(p.levels) == p.distinct and not p.unreadable


def _code(p: Profile) -> str:
    """Why whole numbers are taken for codes rather than for a count, or ''."""
    if p.filled < MIN_CELL_ROWS * p.distinct:
        return ""
    numbers = sorted((float(text.replace(",", "")), n) for text, n in p.levels if _plain(text))
    if len(numbers) < p.distinct:
        return ""
    if p.distinct == 2:
        return "a code"
    if CODE_NAME.search(p.name):
        return "a code by its name"
    if numbers[0][0] < 0:
        return "a code, since some are negative"
    counts = [n for _, n in numbers]
    if len(counts) <= 4 and counts[0] < max(counts):
        return "a code"
    if not _one_peak([_at(numbers, k) for k in range(int(numbers[0][0]), int(numbers[-1][0]) + 1)]):
        return "a code, since their frequencies have no single peak as a count's have"
    return ""


def _at(numbers: list[tuple[float, int]], k: int) -> int:
    return next((n for value, n in numbers if value == k), 0)


def _plain(text: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[0-9]+([.]0*)?", text))


def _one_peak(counts: list[int]) -> bool:
    """Whether frequencies rise to one peak and fall, but for dips that chance explains."""
    peak = counts.index(max(counts))
    for side in (counts[: peak + 1], counts[peak:][::-1]):
        highest = 0
        for n in side:
            if n < 0.6 * highest and (highest - n) / math.sqrt(highest + n) > 5:
                return False
            highest = max(highest, n)
    return True


def _is_boolean(p: Profile) -> bool:
    return (
        p.distinct == 2
        and {text.lower() for text, _ in p.levels} in BOOLEANS
        and (len(p.levels) == 2)
    )


def _text(p: Profile) -> Found:
    if p.filled < SURELY_IN_TRAIN:
        return Found(
            p, "constant", "text", "text", "too few rows have a value to name one: drawn as missing"
        )
    if _is_boolean(p):
        return _category(
            p, "boolean", f"two values, {' and '.join(sorted(t for t, _ in p.levels))}"
        )
    if p.distinct == p.filled and p.filled >= MIN_CELL_ROWS and p.blank < 0.05:
        return _identifier(p, "texts without blanks, each in one row")
    is_category = _named_share(p) >= LEAST_NAMED and p.distinct <= MOST_DISTINCT * p.filled
    if is_category and (_domain(p) or p.levels[0][1] >= SURELY_IN_TRAIN):
        return _category(p, "categorical", f"{p.distinct} values")
    is_id = bool(ID_NAME.search(p.name))
    if p.blank < 0.05 and (p.digit > 0.9 or is_id):
        return _identifier(p, "texts without blanks, most in few rows; each made row gets its own")
    made = Found(p, "free_text", "text", "text", "")
    made.evidence = (
        f"most texts are held by fewer than {MIN_CELL_ROWS} rows, so none of them may be named"
    )
    made.max_length = _length(p.longest)
    return made


def _named_share(p: Profile) -> float:
    return sum(n for _, n in p.levels if n >= MIN_CELL_ROWS) / p.filled if p.filled else 0.0


def _category(p: Profile, kind: str, evidence: str) -> Found:
    made = Found(p, kind, "text", "text", evidence)
    made.allowed_values = _domain(p)
    rare = [n for _, n in p.levels if n < MIN_CELL_ROWS]
    if rare:
        made.evidence += (
            f"; {len(rare)} of them in fewer than {MIN_CELL_ROWS} rows each, which are pooled, so "
            "allowed_values is empty"
        )
    elif not made.allowed_values:
        made.evidence += "; one holds | or blanks at an end, so allowed_values is empty"
    return made


def _domain(p: Profile) -> tuple[str, ...]:
    """All values in order, or none where one may not be named or not be listed."""
    for text, n in p.levels:
        if n < MIN_CELL_ROWS or "|" in text or text != text.strip() or text in OWN_LABELS:
            return ()
    if all(_plain(text) for text, _ in p.levels):
        return tuple(sorted((text for text, _ in p.levels), key=lambda text: (float(text), text)))
    return tuple(sorted(text for text, _ in p.levels))


def _identifier(p: Profile, evidence: str) -> Found:
    made = Found(p, "identifier", "text", "text", evidence or "an identifier by its name")
    made.max_length = _length(p.longest)
    return made


def _length(longest: int) -> int | None:
    """A limit above the longest text, which is one row's, so only from a few steps."""
    return next((n for n in LENGTHS if longest <= n), None)


def _unreadable(p: Profile) -> str:
    return f"; {shown_rows(p.unreadable)} rows cannot be read" if p.unreadable else ""
