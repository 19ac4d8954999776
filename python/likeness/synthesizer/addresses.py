"""Made-up addresses in the United States: street, city, and the forms of military addresses."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from likeness.schema.fields import Field
from likeness.stats.random_numbers import uniform
from likeness.synthesizer.texts.vocabulary import pick, vocabulary

FORM = "address form"  # a part of what texts are made from
MILITARY_STATES = ("AA", "AE", "AP")
_OFFICES = ("APO", "FPO", "DPO")
_SHIPS = ("USCGC", "USNV")
_STREET = re.compile(r"\d+ (?P<street>.+?)(?: (?:Apt\.|Suite) \d{3})?")
_BOX = re.compile(r"(?:Unit \d{4}|PSC \d{4},) Box \d{4}")
_MILITARY = {
    "unit": r"^Unit \d+ Box \d+\s+[AFD]PO ",
    "psc": r"^PSC \d+, Box \d+\s+[AFD]PO ",
    "ship": r"^US(?:CGC|NV|NS|S) .+\s+[AFD]PO ",
}


def learned_forms(train: pd.DataFrame, fields: Sequence[Field], min_cell_rows: int) -> pd.DataFrame:
    """Learn the forms of military addresses, as rows of `engine_texts`, none below `min_cell_rows`.

    `train`: typed rows. A composed field is an address of that kind where one of its parts, a
    column of `train`, holds a military state.
    """
    forms: list[dict] = []
    for field in (f for f in fields if f.name in train):
        for part in (p for p in field.fixed_parts if p in train):
            if _is_military(train[part]).any():
                forms = military_shares(train[field.name], train[part], min_cell_rows)
                forms = [{"field": field.name, "part": FORM, **form} for form in forms]
    return pd.DataFrame(forms, columns=["field", "part", "token", "weight", "n_rows"])


def _is_military(states: pd.Series | np.ndarray) -> np.ndarray:
    return pd.Series(states).isin(MILITARY_STATES).to_numpy()


def military_shares(column: pd.Series, states: pd.Series, min_cell_rows: int) -> list[dict]:
    """Shares of the military address forms among military states.

    An empty list for fewer than `min_cell_rows` rows.
    """
    texts = column[states.isin(MILITARY_STATES)].dropna().astype(str)
    found = {form: int(texts.str.contains(at).sum()) for form, at in _MILITARY.items()}
    found["street"] = len(texts) - sum(found.values())
    kept = {form: n for form, n in found.items() if n >= min_cell_rows}
    total = sum(kept.values())
    return [{"token": form, "weight": n / total, "n_rows": n} for form, n in sorted(kept.items())]


def addresses(
    pattern: str, columns: dict[str, np.ndarray], seed: int, ids: np.ndarray, shares: pd.DataFrame
) -> np.ndarray:
    """Addresses of the field's format: made-up street and city, the row's own other columns.

    A row of a military state takes one of the military forms, by their shares in the profile.
    """
    u = [uniform(seed, ids, "address", part) for part in range(6)]
    number = (10 ** (3 + (u[0] * 3).astype(int)) * (0.1 + 0.9 * u[1])).astype(int)
    streets, cities = pick(vocabulary("street"), u[2]), pick(vocabulary("city"), u[3])
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
    shares = shares.sort_values("token")
    state = next((c for c in columns.values() if _is_military(c).any()), None)
    if state is None or not len(shares):
        return out
    cdf, forms = np.cumsum(shares["weight"].to_numpy(float)), shares["token"].tolist()
    military = np.flatnonzero(_is_military(state))
    places = np.searchsorted(cdf / cdf[-1], u[5][military], side="right")
    for i, at in zip(military.tolist(), np.minimum(places, len(forms) - 1).tolist(), strict=True):
        first = _military_line(forms[at], u[1][i], u[2][i], u[3][i])
        if first:
            office = _OFFICES[int(u[4][i] * len(_OFFICES))]
            out[i] = (
                pattern.format(
                    street=first,
                    city="\0",
                    **dict(zip(names, (columns[n][i] for n in names), strict=True)),
                )
                .replace("\0,", office)
                .replace("\0", office)
            )
    return out


def _military_line(form: str, u: float, v: float, w: float) -> str | None:
    box = f"{int(v * 10000):04d} Box {int(w * 10000):04d}"
    if form == "unit":
        return f"Unit {box}"
    if form == "psc":
        return f"PSC {box.replace(' Box', ', Box')}"
    if form == "ship":
        words = vocabulary("name")
        return f"{_SHIPS[int(u >= 0.4)]} {words[int(v * len(words))]}"
    return None


def is_made_up_address(pattern: str, text: str) -> bool:
    """Whether `addresses` can give `text` for a field of this format, whatever its fixed parts."""
    found = _as_written(pattern, "(?P<city>.+?)").fullmatch(text)
    if found:
        street = _STREET.fullmatch(found["street"])
        if street and street["street"] in vocabulary("street"):
            return found["city"] in vocabulary("city")
    military = pattern.replace("{city},", "{city}")
    found = _as_written(military, "|".join(_OFFICES)).fullmatch(text)
    if not found:
        return False
    ship, _, name = found["street"].partition(" ")
    return bool(_BOX.fullmatch(found["street"])) or (ship in _SHIPS and name in vocabulary("name"))


def _as_written(pattern: str, city: str) -> re.Pattern:
    """The format as a regular expression with a group `street`; every other part is any text."""
    made_up = {"street": "(?P<street>.+?)", "city": f"(?:{city})"}
    pieces = re.split(r"{(\w+)}", pattern)
    return re.compile(
        "".join(
            made_up.get(piece, ".+?") if number % 2 else re.escape(piece)
            for number, piece in enumerate(pieces)
        )
    )
