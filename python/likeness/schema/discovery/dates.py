"""In which formats, as strptime takes them, a column's texts may be dates or timestamps."""

import re
from collections.abc import Iterable, Sequence

NAMES = "[A-Z][a-z]{2}"
LONG_NAMES = "[A-Z][a-z]{2,8}"
YEAR = "(?:1[0-9]|2[0-9])[0-9]{2}"
NUMBER = "[0-9]{1,2}"
# A form of a day, and the formats that it may be of; a number that may be the day or the month
# gives two.
DAYS = (
    (f"{YEAR}-[0-9]{{2}}-[0-9]{{2}}", ("%Y-%m-%d",)),
    (f"{YEAR}/{NUMBER}/{NUMBER}", ("%Y/%m/%d", "%Y/%-m/%-d")),
    (f"{YEAR}[.]{NUMBER}[.]{NUMBER}", ("%Y.%m.%d", "%Y.%-m.%-d")),
    ("(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]", ("%Y%m%d",)),
    (f"{NUMBER}[.]{NUMBER}[.]{YEAR}", ("%d.%m.%Y", "%-d.%-m.%Y")),
    (f"{NUMBER}/{NUMBER}/{YEAR}", ("%d/%m/%Y", "%-d/%-m/%Y", "%m/%d/%Y", "%-m/%-d/%Y")),
    (f"{NUMBER}-{NUMBER}-{YEAR}", ("%d-%m-%Y", "%-d-%-m-%Y", "%m-%d-%Y", "%-m-%-d-%Y")),
    (f"{NUMBER}/{NUMBER}/[0-9]{{2}}", ("%d/%m/%y", "%-d/%-m/%y", "%m/%d/%y", "%-m/%-d/%y")),
    (f"{NUMBER}-{NAMES}-{YEAR}", ("%d-%b-%Y", "%-d-%b-%Y")),
    (f"{NUMBER} {NAMES} {YEAR}", ("%d %b %Y", "%-d %b %Y")),
    (f"{NUMBER} {LONG_NAMES} {YEAR}", ("%d %B %Y", "%-d %B %Y")),
    (f"{NAMES} {NUMBER}, {YEAR}", ("%b %d, %Y", "%b %-d, %Y")),
    (f"{LONG_NAMES} {NUMBER}, {YEAR}", ("%B %d, %Y", "%B %-d, %Y")),
)
TIMES = (
    ("[0-9]{2}:[0-9]{2}:[0-9]{2}", ("%H:%M:%S",)),
    ("[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}", ("%H:%M:%S.%g", "%H:%M:%S.%f")),
    ("[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{1,6}", ("%H:%M:%S.%f",)),
    ("[0-9]{2}:[0-9]{2}", ("%H:%M",)),
    ("[0-9]{1,2}:[0-9]{2}:[0-9]{2} [AP]M", ("%I:%M:%S %p", "%-I:%M:%S %p")),
    ("[0-9]{1,2}:[0-9]{2} [AP]M", ("%I:%M %p", "%-I:%M %p")),
)
MOMENT = re.compile(r"(.+?)(?:([T ])([0-9]{1,2}:[0-9]{2}.*?))?(Z|[+]00(?::?00)?)?", re.DOTALL)
FRACTION = re.compile("[.]%[gf]")
CLOCK = re.compile("%-?[HIMSgfp]")


def formats_of(texts: Iterable[str | None]) -> list[str]:
    """The formats that each of `texts` may be of, in the order of preference."""
    given = [_formats(text) for text in texts if text]
    if not given:
        return []
    # A fraction of a second is printed only where there is one.
    wanted = dict.fromkeys(form for forms in given for form in forms)
    able = [form for form in wanted if all(_covers(form, other) for other in given)]
    return sorted(able, key=lambda form: not FRACTION.search(form))


def _covers(form: str, others: Sequence[str]) -> bool:
    return form in others or FRACTION.sub("", form) in others


def _formats(text: str) -> list[str]:
    found = MOMENT.fullmatch(text.strip())
    if not found:
        return []
    day, between, time, zone = found.groups()
    days = [form for shape, forms in DAYS if re.fullmatch(shape, day) for form in forms]
    if time is None:
        return days if not zone else []
    times = [form for shape, forms in TIMES if re.fullmatch(shape, time) for form in forms]
    return [f"{d}{between}{t}{zone or ''}" for d in days for t in times]


def has_time(form: str) -> bool:
    """Whether a format tells a time of day."""
    return bool(CLOCK.search(form))


def at_midnight(form: str) -> str:
    """The format of a column whose times are all midnight: they are printed, and mean nothing."""
    zeros = {"p": "AM", "I": "12", "g": "000", "f": "000000"}
    return CLOCK.sub(lambda sign: zeros.get(sign[0][-1], "00"), form)


def is_day_first(form: str) -> bool:
    """Whether the day stands before the month."""
    return max(form.find("%d"), form.find("%-d")) < max(form.find("%m"), form.find("%-m"))
