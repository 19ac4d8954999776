"""Made-up texts: streets, cities, job titles, and titles composed from another field's words.

Vocabularies are made once from a fixed seed with a Faker of their own, then indexed by
counter-based uniforms; no text of a borrower is in them.
"""

import re
from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd
from faker import Faker

from likeness.rand import uniform

WORDS = 1000
FROM_FIELD = "field:"
MILITARY_STATES = ("AA", "AE", "AP")
_MILITARY = {
    "unit": r"^Unit \d+ Box \d+\s+[AFD]PO ",
    "psc": r"^PSC \d+, Box \d+\s+[AFD]PO ",
    "ship": r"^US(?:CGC|NV|NS|S) .+\s+[AFD]PO ",
}
_CASES = (str, str, str.lower, str.title, str.capitalize, str.upper)
_BEFORE = ("", "", "", "my ", "loan for ", "help with ", "personal ", "our ", "need ", "for ")
_AFTER = ("", "", "", " loan", " plan", " 2012", " help", " fund", " now", " request", " 1")


@cache
def vocabulary(what: str) -> np.ndarray:
    """Up to a thousand made-up words of a sort: street, city, job, company, name."""
    fake = Faker("en_US")
    fake.seed_instance(20_240_000 + len(what))
    make = {
        "street": fake.street_name,
        "city": fake.city,
        "job": fake.job,
        "company": fake.company,
        "name": fake.last_name,
    }[what]
    return np.array(sorted({make() for _ in range(WORDS)}), dtype=object)


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
        words = np.array([re.sub(r"[_\W]+", " ", str(text)).strip() for text in source], object)
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


def military_shares(column: pd.Series, states: pd.Series, floor: int) -> list[dict]:
    """Shares of the military address forms among military states; below `floor` rows none."""
    texts = column[states.isin(MILITARY_STATES)].dropna().astype(str)
    found = {form: int(texts.str.contains(at).sum()) for form, at in _MILITARY.items()}
    found["street"] = len(texts) - sum(found.values())
    kept = {form: n for form, n in found.items() if n >= floor}
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
    out = np.empty(len(ids), dtype=object)
    names = list(columns)
    for i, row in enumerate(zip(*columns.values(), strict=True)):
        street = f"{number[i]} {streets[i]}" + (
            f" {rooms[i]} {door[i]:03d}" if door[i] < 1000 else ""
        )
        out[i] = pattern.format(street=street, city=cities[i], **dict(zip(names, row, strict=True)))
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
