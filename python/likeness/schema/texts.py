"""Values of the source as they stand in a text that a language model or a spreadsheet reads."""

import json
import re
from collections.abc import Iterator

MAX_CATEGORY = 100
# Letters, digits, blanks and what ordinary categories hold; nothing that separates statements,
# begins a spreadsheet's formula or reads as markup.
_PLAIN = re.compile(r"[\w<>(][\w .,;:<>()+/&%$'*!?-]*")
_PAIR = re.compile(r'("(?:[^"\\]|\\.)*"|.+?)=([0-9.]+(?:e[+-]?[0-9]+)?)(?:, |$)')


def is_nameable(text: str) -> bool:
    """Whether a category may stand in a text: short enough and without control characters."""
    return len(text) <= MAX_CATEGORY and text.isprintable()


def as_category(text: str) -> str:
    """`text` as it stands among others: as it is if it is plain, else quoted as JSON."""
    return text if _PLAIN.fullmatch(text) and ", " not in text else json.dumps(text)


def from_category(printed: str) -> str:
    """The text that `as_category` printed."""
    if printed.startswith('"') and printed.endswith('"') and len(printed) > 1:
        try:
            return str(json.loads(printed))
        except ValueError:
            return printed
    return printed


def shares_in(text: str) -> Iterator[tuple[str, float]]:
    """The values and shares of `value=share, value=share`."""
    for value, share in _PAIR.findall(text):
        yield from_category(value), float(share)
