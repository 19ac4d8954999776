"""SQL over a text: is it missing, a number, a date? As macros/cleaning reads it, held by a test."""

import re
from collections.abc import Sequence

from likeness import warehouse

# The package's var missing_markers. A word may be a category of its own; a sign never is.
WORDS = ("unknown", "none", "missing", "nil")
SIGNS = ("na", "n/a", "#n/a", "n.a.", "nan", "null", "-", "--", "?", ".", "(blank)", "\\n")
MARKERS = (*SIGNS, *WORDS)
LONGEST = max(map(len, MARKERS))
LARGEST = "1e300"
GROUPED = (
    r"[-+]?(?:USD|US[$]|[$€£])?\s*[-+]?(?:[0-9]{1,3}(?:[, ’\x{A0}\x{202F}][0-9]{3})+|[0-9]+)"
    r"(?:[.][0-9]*)?\s*(?:%|USD|[$€£])?"
)
MONTH = "[A-Z][a-z]{2}-(?:[0-9]{4}|[0-9]{2})"


def among(text: str, markers: Sequence[str]) -> str:
    """Whether a text is one of `markers`, whatever its case."""
    # A list of literals would become a join for each column, which takes twenty times as long.
    pattern = "|".join(re.escape(marker) for marker in markers)
    return f"regexp_full_match({text}, {warehouse.literal(f'(?i:{pattern})')})"


def stated(text: str) -> str:
    """The text, null where it says that a value is missing."""
    is_none = f"({_of_digit(text)} or length({text}) > {LONGEST})"
    return f"case when {is_none} then {text} when not {among(text, MARKERS)} then {text} end"


def _of_digit(text: str) -> str:
    """Whether a text starts with a digit, which no marker does: most do, and this is quick."""
    return f"({text} >= '0' and {text} < ':')"


def number_of(text: str) -> str:
    """The number that a text says, with a percent or currency sign and separators or without."""
    return (
        f"coalesce(try_cast({text} as double), try_cast(trim({text}, ' %') as double), "
        f"case when regexp_full_match(trim({text}), '{GROUPED}') "
        f"then try_cast(regexp_replace({text}, '[^-0-9.]', '', 'g') as double) end)"
    )


def finite(value: str) -> str:
    """A number, null for infinity."""
    return f"case when {value} between -{LARGEST} and {LARGEST} then {value} end"


def moment(text: str, form: str) -> str:
    """The moment that a text names in a format as strptime takes it; no year below 1000."""
    read = f"try_strptime({text}, {_formats(form)})"
    return f"case when {read} >= timestamp '1000-01-01' then {read} end"


def _formats(form: str) -> str:
    whole_seconds = re.sub("[.]%[gf]", "", form)
    listed = [warehouse.literal(one) for one in dict.fromkeys((form, whole_seconds))]
    return listed[0] if len(listed) == 1 else f"[{', '.join(listed)}]"


def month(text: str) -> str:
    """The first day of the month that a text like Jan-2015 or Jan-15 names."""
    return (
        f"case when regexp_full_match({text}, '{MONTH}') then cast(coalesce("
        f"try_strptime({text}, '%b-%Y'), try_strptime({text}, '%b-%y')) as date) end"
    )


def value(text: str, reader: str, form: str = "") -> str:
    """The typed value of a text by its reader and, of a date or timestamp, its format."""
    if reader == "number":
        return number_of(text)
    if reader == "month":
        return month(text)
    if reader == "date":
        return f"cast({moment(text, form)} as date)"
    return moment(text, form) if reader == "timestamp" else text
