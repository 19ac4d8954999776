"""Made-up texts: streets, cities, job titles, and titles composed from another field's words.

Vocabularies are made once, from a fixed seed and Faker's lists of names (a call of Faker for each
word takes ten times as long), then indexed by counter-based uniforms; no text of a borrower is in
them.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from random import Random

import numpy as np
import pandas as pd
from faker.providers.address.en_US import Provider as Places
from faker.providers.company import Provider as Firms
from faker.providers.job.en_US import Provider as Jobs
from faker.providers.person.en_US import Provider as People

from likeness.stats.random_numbers import uniform

WORDS = 2000
FROM_FIELD = "field:"
MILITARY_STATES = ("AA", "AE", "AP")
_MILITARY = {
    "unit": r"^Unit \d+ Box \d+\s+[AFD]PO ",
    "psc": r"^PSC \d+, Box \d+\s+[AFD]PO ",
    "ship": r"^US(?:CGC|NV|NS|S) .+\s+[AFD]PO ",
}
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


def _from(words: np.ndarray, u: np.ndarray) -> np.ndarray:
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
        texts = (
            _from(np.array(_BEFORE, object), u[0]) + words + _from(np.array(_AFTER, object), u[1])
        )
    else:
        jobs, firms = vocabulary("job"), vocabulary("company")
        texts = np.where(u[0] < 0.6, _from(jobs, u[1]), _from(firms, u[1]))
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


def military_shares(column: pd.Series, states: pd.Series, min_cell_rows: int) -> list[dict]:
    """Shares of the military address forms among military states.

    An empty list for fewer than `min_cell_rows` rows.
    """
    texts = column[states.isin(MILITARY_STATES)].dropna().astype(str)
    found = {form: int(texts.str.contains(at).sum()) for form, at in _MILITARY.items()}
    found["street"] = len(texts) - sum(found.values())
    kept = {form: n for form, n in found.items() if n >= min_cell_rows}
    total = sum(kept.values())
    return [{"form": form, "share": n / total, "n_rows": n} for form, n in sorted(kept.items())]


def addresses(
    pattern: str, columns: dict[str, np.ndarray], seed: int, ids: np.ndarray, shares: pd.DataFrame
) -> np.ndarray:
    """Addresses of the field's format: made-up street and city, the row's own other columns.

    A row of a military state takes one of the military forms, by their shares in the profile.
    """
    u = [uniform(seed, ids, "address", part) for part in range(6)]
    number = (10 ** (3 + (u[0] * 3).astype(int)) * (0.1 + 0.9 * u[1])).astype(int)
    streets, cities = _from(vocabulary("street"), u[2]), _from(vocabulary("city"), u[3])
    door = (u[4] * 2000).astype(int)
    rooms = np.where(u[5] < 0.25, "Apt.", "Suite")
    names = list(columns)
    lines = [
        f"{number} {street} {room} {door:03d}" if door < 1000 else f"{number} {street}"
        for number, street, room, door in zip(
            number.tolist(), streets, rooms.tolist(), door.tolist(), strict=True
        )
    ]
    out = np.array(
        [
            pattern.format(street=line, city=city, **dict(zip(names, row, strict=True)))
            for line, city, *row in zip(lines, cities, *columns.values(), strict=True)
        ],
        dtype=object,
    )
    shares = shares.sort_values("form")
    state = columns.get("state")
    if state is None or not len(shares):
        return out
    cdf = np.cumsum(shares["share"].to_numpy(float))
    for i in np.flatnonzero(pd.Series(state).isin(MILITARY_STATES).to_numpy()):
        at = min(int(np.searchsorted(cdf / cdf[-1], u[5][i], side="right")), len(shares) - 1)
        first = _military_line(shares["form"].iloc[at], u[1][i], u[2][i], u[3][i])
        if first:
            office = ("APO", "FPO", "DPO")[int(u[4][i] * 3)]
            out[i] = pattern.format(
                street=first,
                city="\0",
                **dict(zip(names, (columns[n][i] for n in names), strict=True)),
            ).replace("\0,", office)
    return out


def _military_line(form: str, u: float, v: float, w: float) -> str | None:
    box = f"{int(v * 10000):04d} Box {int(w * 10000):04d}"
    if form == "unit":
        return f"Unit {box}"
    if form == "psc":
        return f"PSC {box.replace(' Box', ', Box')}"
    if form == "ship":
        words = vocabulary("name")
        return f"{'USCGC' if u < 0.4 else 'USNV'} {words[int(v * len(words))]}"
    return None
