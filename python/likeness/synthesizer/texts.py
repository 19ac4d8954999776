"""Made-up texts: job titles, employers, and titles composed from another field's words.

Vocabularies are made once, from a fixed seed and Faker's lists of names (a call of Faker for each
word takes ten times as long), then indexed by counter-based uniforms; no text of a borrower is in
them.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from random import Random

import numpy as np
from faker.providers.address.en_US import Provider as Places
from faker.providers.company import Provider as Firms
from faker.providers.job.en_US import Provider as Jobs
from faker.providers.person.en_US import Provider as People

from likeness.stats.random_numbers import uniform

WORDS = 2000
FROM_FIELD = "field:"
_PARTS = {
    "first": People.first_names,
    "last": People.last_names,
    "second": People.last_names,
    "third": People.last_names,
    "before": Places.city_prefixes,
    "after": Places.city_suffixes,
    "way": Places.street_suffixes,
    "form": Firms.company_suffixes,
}
_FORMS = {
    "street": ("{first} {way}", "{last} {way}"),
    "city": ("{before} {first}{after}", "{before} {first}", "{first}{after}", "{last}{after}"),
    "company": ("{last} {form}", "{last}-{second}", "{last}, {second} and {third}"),
    "name": ("{last}",),
}
_CASES = (str, str, str.lower, str.title, str.capitalize, str.upper)
_BEFORE = ("", "", "", "my ", "loan for ", "help with ", "personal ", "our ", "need ", "for ")
_AFTER = ("", "", "", " loan", " plan", " 2012", " help", " fund", " now", " request", " 1")


@cache
def vocabulary(what: str) -> np.ndarray:
    """Made-up words of a sort, at most WORDS: street, city, job, company, name."""
    if what == "job":
        return np.array(sorted(set(Jobs.jobs)), dtype=object)
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


def _cased(texts: np.ndarray, u: np.ndarray) -> list[str]:
    return [_CASES[i](text) for text, i in zip(texts, (u * len(_CASES)).astype(int), strict=True)]


def make_texts(
    maker: str, seed: int, ids: np.ndarray, name: str, source: np.ndarray | None, most: int
) -> np.ndarray:
    """One made-up text per id: a job or an employer, or (maker `field:x`) words around `source`."""
    u = [uniform(seed, ids, name, "made up", part) for part in range(4)]
    if maker.startswith(FROM_FIELD) and source is not None:
        plain = {text: re.sub(r"[_\W]+", " ", str(text)).strip() for text in set(source)}
        words = np.array([plain[text] for text in source], object)
        texts = pick(np.array(_BEFORE, object), u[0]) + words + pick(np.array(_AFTER, object), u[1])
    else:
        jobs, firms = vocabulary("job"), vocabulary("company")
        texts = np.where(u[0] < 0.6, pick(jobs, u[1]), pick(firms, u[1]))
    return np.array([text[:most].strip() for text in _cased(texts, u[3])], dtype=object)


def is_made_up(text: str, sources: Iterable[str]) -> bool:
    """Whether `make_texts` can give `text`, in any case, around one of `sources` or without one."""
    known = {word.casefold() for what in ("job", "company") for word in vocabulary(what)}
    bare = text.casefold()
    if bare in known:
        return True
    words = {re.sub(r"[_\W]+", " ", source).strip().casefold() for source in sources}
    return any(
        (before + word + after).strip() == bare
        for word in words
        for before in set(_BEFORE)
        for after in set(_AFTER)
    )
