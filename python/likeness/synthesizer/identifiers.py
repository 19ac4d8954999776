"""Fresh identifiers: different in every row, in the form that the field list gives."""

import hashlib
from uuid import UUID as Uuid

import numpy as np

from likeness.schema.fields import UUID, Field
from likeness.stats.random_numbers import uniform

DIGIT = "#"
DIGITS = 9
# Prime to every power of ten, so that multiplying by it only rearranges the numbers below one.
STEP = 387_420_489


def made_identifiers(field: Field, seed: int, ids: np.ndarray) -> np.ndarray:
    """Make one identifier for each of `ids` (whole numbers from 0): an object array of texts.

    Each # of the field's format is a digit; a format without one gives nine digits, and `uuid`
    gives UUIDs. Ids beyond what the digits can tell apart have more of them at the first #.
    """
    if field.format == UUID:
        return np.array([_uuid(field.name, seed, i) for i in map(int, ids)], dtype=object)
    form = field.format if DIGIT in field.format else DIGIT * DIGITS
    digits = form.count(DIGIT)
    space = 10**digits
    start = int(float(uniform(seed, np.zeros(1, np.int64), field.name, "identifier")[0]) * space)
    texts = []
    for i in map(int, ids):
        number = (i * STEP + start) % space
        texts.append(_filled(form, f"{i // space or ''}", f"{number:0{digits}d}"))
    return np.array(texts, dtype=object)


def _uuid(name: str, seed: int, i: int) -> str:
    digest = hashlib.sha256(f"{name}:{seed}:{i}".encode()).digest()
    return str(Uuid(bytes=digest[:16], version=4))


def _filled(form: str, before: str, digits: str) -> str:
    left = iter(digits)
    text = "".join(next(left) if sign == DIGIT else sign for sign in form)
    at = form.index(DIGIT)
    return text[:at] + before + text[at:]
