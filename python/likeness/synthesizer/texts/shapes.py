"""The shape of a free text: how many words, in which case, the first of them, and how long.

Words are what blanks separate, so any text is its words joined by blanks. A text that many rows
share is a category and has no shape; nor has a missing one.
"""

import re
from collections.abc import Collection

import numpy as np
import pandas as pd

from likeness.schema.fields import Field

BLANK = " "
WORDS, CASE, FIRST, LENGTH = ":words", ":case", ":first", ":length"
SUFFIXES = (WORDS, CASE, FIRST, LENGTH)
LOWER, UPPER, HEADLINE, SENTENCE, MIXED = "lower", "upper", "headline", "sentence", "mixed"
CASES = (LOWER, UPPER, HEADLINE, SENTENCE, MIXED)
UNNAMED = "\x1a"  # stands for a word that no statistic names
MAX_WORDS = 200  # of a text: what follows is neither learned nor made up
MAX_CHARACTERS = 4000
LONGEST_WORD = 40  # longer ones are not named
_FIRST_LETTER = re.compile(r"(?:[^\w]|_)*[^\W\d_]")
_INITIALS = re.compile(r"(?<![^\W\d_])(?<!')[^\W\d_]")


def steps_of(field: Field) -> tuple[str, ...]:
    """Names of the steps of a free text's shape; none for another field, or a composed text."""
    if field.kind != "free_text" or field.parts:
        return ()
    return tuple(field.name + suffix for suffix in SUFFIXES)


def part_of(step: str) -> str:
    """The suffix of a step that is part of a shape, or ''."""
    return next((suffix for suffix in SUFFIXES if step.endswith(suffix)), "")


def shapes(column: pd.Series, shared: Collection[str]) -> dict[str, np.ndarray]:
    """Words (float), case (object), first word (object) and length (float) of each text.

    By suffix of the step; NaN or None where a text is missing or one of `shared`, and None for a
    first word that cannot be named. First words are in lower case.
    """
    n = len(column)
    words, length = np.full(n, np.nan), np.full(n, np.nan)
    case, first = np.full(n, None, dtype=object), np.full(n, None, dtype=object)
    known = set(shared)
    for row, text in zip(*rare(column, known), strict=True):
        parts = text.split(BLANK)
        words[row], length[row] = len(parts), len(text)
        case[row] = case_of(parts)
        small = parts[0].lower()
        first[row] = small if is_nameable(small) else None
    return {WORDS: words, CASE: case, FIRST: first, LENGTH: length}


def rare(column: pd.Series, shared: Collection[str]) -> tuple[list[int], list[str]]:
    """Positions and texts of the column that are neither missing nor `shared`, cut to a bound."""
    texts = column.astype(object).tolist()
    at = [i for i, text in enumerate(texts) if isinstance(text, str) and text not in shared]
    return at, [cut(texts[i]) for i in at]


def cut(text: str) -> str:
    """The text up to the most words and characters that are learned from."""
    return BLANK.join(text[:MAX_CHARACTERS].split(BLANK)[:MAX_WORDS])


def is_nameable(word: str) -> bool:
    """Whether a word can be published: printable, and not longer than words are."""
    return len(word) <= LONGEST_WORD and word.isprintable()


def capitalized(word: str) -> str:
    """The word with its first letter large, the others small; all small where a digit is first."""
    small = word.lower()
    found = _FIRST_LETTER.match(small)
    return small[: found.end() - 1] + small[found.end() - 1 :].capitalize() if found else small


def inner_capitals(word: str) -> str:
    """The word with a large letter after every other sign, or in its middle where there is none."""
    out = _INITIALS.sub(lambda found: found.group().upper(), word.lower())
    if out != capitalized(word):
        return out
    middle = max(len(out) // 2, 1)
    return out[:middle] + out[middle:].capitalize()


def word_case(word: str) -> str:
    """The case of one word: lower (also without letters of two cases), headline, upper, mixed."""
    if word == word.lower():
        return LOWER
    if word == capitalized(word):
        return HEADLINE
    return UPPER if word == word.upper() else MIXED


def case_of(words: list[str]) -> str:
    """The case of a text: lower, upper, headline (each word), sentence (the first), or mixed."""
    text = BLANK.join(words)
    if text == text.lower():
        return LOWER
    if text == text.upper() and (len(text) > 1 or text != capitalized(text)):
        return UPPER
    if all(word == capitalized(word) for word in words):
        return HEADLINE
    others = BLANK.join(words[1:])
    return SENTENCE if words[0] == capitalized(words[0]) and others == others.lower() else MIXED


IN_CASE = {LOWER: str.lower, UPPER: str.upper, HEADLINE: capitalized, MIXED: inner_capitals}
