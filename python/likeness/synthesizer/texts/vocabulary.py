"""Made-up names of streets, cities and ships.

They are made once, from a fixed seed and Faker's lists of names (a call of Faker for each word
takes ten times as long), then indexed by counter-based uniforms; no text of a borrower is in them.
"""

from collections.abc import Collection, Mapping
from functools import cache
from random import Random

import numpy as np
from faker.providers.address.en_US import Provider as Places
from faker.providers.person.en_US import Provider as People

WORDS = 2000
_PARTS = {
    "first": People.first_names,
    "last": People.last_names,
    "before": Places.city_prefixes,
    "after": Places.city_suffixes,
    "way": Places.street_suffixes,
}
_FORMS = {
    "street": ("{first} {way}", "{last} {way}"),
    "city": ("{before} {first}{after}", "{before} {first}", "{first}{after}", "{last}{after}"),
    "name": ("{last}",),
}


@cache
def vocabulary(what: str) -> np.ndarray:
    """Made-up words of a sort, at most WORDS: street, city, name."""
    chance = Random(20_240_000 + len(what))
    forms = chance.choices(_FORMS[what], k=WORDS)
    drawn = {part: _drawn(chance, _PARTS[part]) for part in _PARTS if part in "".join(_FORMS[what])}
    rows = (dict(zip(drawn, row, strict=True)) for row in zip(*drawn.values(), strict=True))
    words = {form.format(**row) for form, row in zip(forms, rows, strict=True)}
    return np.array(sorted(words), dtype=object)


def _drawn(chance: Random, words: Collection[str] | Mapping[str, float]) -> list[str]:
    weights = list(words.values()) if isinstance(words, Mapping) else None
    return chance.choices(list(words), weights=weights, k=WORDS)


def pick(words: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Take one of `words` for each uniform number of `u`, in [0, 1)."""
    return words[(u * len(words)).astype(int)]
