"""An ideal reader: follows a seed to the letter, field by field, and knows nothing else.

It measures what seeds carry (`make bench-seeds`), and stands in for a model (`make demo-llm`).
"""

import bisect
import itertools
import math
import random
from collections.abc import Mapping, Sequence
from statistics import NormalDist

from likeness.profiles.group_shares import MISSING, OTHER
from likeness.profiles.seed_text import fixed_values, place_label
from likeness.schema.fields import CATEGORY_KINDS, MADE_UP_PARTS, NUMBER_KINDS, Field

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# How a reader takes the figures of a number: as a normal or log-normal distribution of its mean and
# std, or as a log-normal one, shifted, through its quantiles.
NORMAL, LOG_NORMAL, QUANTILES = "normal", "log-normal", "quantiles"
FORMS = (NORMAL, LOG_NORMAL, QUANTILES)
Z95 = 1.6448536
STREETS = ("Oak", "Maple", "Cedar", "Park", "Lake", "Hill", "Main", "Church", "Mill", "River")


class Reader:
    """Rows for seeds: `form` is how numbers are read, `shares` are those of fields in no seed.

    `chance` draws, so that the same seed of it gives the same rows. Amounts from 1,000 are rounded
    to `digits` significant digits, as people state them; None: not at all.
    """

    def __init__(
        self,
        fields: Sequence[Field],
        chance: random.Random,
        *,
        form: str = QUANTILES,
        shares: Mapping[str, Mapping[str, float]] | None = None,
        digits: int | None = None,
    ) -> None:
        self._digits = digits
        self._fields = fields
        self._chance = chance
        self._form = form
        self._shares = shares or {}
        self._streets = 0

    def rows(self, seed: Sequence[str], count: int) -> list[dict[str, object]]:
        """So many rows in source formats for a seed's statements.

        Values are spread over each field's distribution as evenly as so many can be.
        """
        columns = {
            field.name: self._values(field, self._statement(seed, field), count)
            for field in self._fields
        }
        return [{name: values[row] for name, values in columns.items()} for row in range(count)]

    def _values(
        self, field: Field, known: Mapping[str, float] | str, count: int
    ) -> Sequence[object]:
        places = [(place + self._chance.random()) / count for place in range(count)]
        self._chance.shuffle(places)
        return [self._value(field, known, place) for place in places]

    def _statement(self, seed: Sequence[str], field: Field) -> Mapping[str, float] | str:
        """What the seed says of a field: figures by name, shares by value, or a place."""
        if field.fixed_parts:
            label = place_label(field)
            return next((line.split(label, 1)[1] for line in seed if label in line), "")
        return fixed_values(seed, field.name) or self._shares.get(field.name, {})

    def _value(self, field: Field, known: Mapping[str, float] | str, place: float) -> object:
        """The value at `place`, from 0 to 1, of a field's distribution."""
        if isinstance(known, str):
            return self._composed(field, known)
        if field.kind in CATEGORY_KINDS or field.kind == "free_text":
            return self._category(field, known, place)
        if field.nullable and self._chance.random() < known.get("missing", 0.0):
            return None
        number = self._number(known, place, is_count=field.kind == "count")
        if field.kind in NUMBER_KINDS:
            if self._digits and abs(number) >= 1000:
                number = float(f"{number:.{self._digits}g}")
            return round(number, field.decimals) if field.decimals else float(round(number))
        return self._date(field, number)

    def _category(self, field: Field, shares: Mapping[str, float], place: float) -> str | None:
        if not shares:
            values = [self._printed(field, value) for value in field.allowed_values]
            return self._chance.choice(values) if values else None
        upto = list(itertools.accumulate(shares.values()))
        value = list(shares)[min(bisect.bisect(upto, place * upto[-1]), len(upto) - 1)]
        if value == MISSING:
            return None
        if value == OTHER:
            named = {*shares}
            rest = [one for one in field.allowed_values if field.print_category(one) not in named]
            if not rest:
                return (
                    None if field.nullable else self._category(field, _without_other(shares), place)
                )
            return self._printed(field, self._chance.choice(rest))
        by_print = {field.print_category(one): one for one in field.allowed_values}
        return self._printed(field, by_print[value]) if value in by_print else value

    def _printed(self, field: Field, value: str) -> str:
        return field.format.replace("{}", value) if "{}" in field.format else value

    def _number(self, said: Mapping[str, float], place: float, *, is_count: bool) -> float:
        mean, std = said.get("mean", 0.0), said.get("std", 0.0)
        form = self._form
        if not std:
            return mean
        low, middle, high = (said.get(name) for name in ("p05", "p50", "p95"))
        if is_count and (form == QUANTILES) and mean < 3:
            return float(self._count(mean, std))
        z = NormalDist().inv_cdf(min(max(place, 1e-9), 1 - 1e-9))
        if form == QUANTILES and None not in (low, middle, high) and low < middle < high:
            return _through(low, middle, high, z)
        if form != NORMAL and mean > 0:
            spread = math.log1p((std / mean) ** 2)
            return math.exp(math.log(mean) - spread / 2 + math.sqrt(spread) * z)
        value = mean + std * z
        return max(0.0, value) if mean > 0 else value

    def _count(self, mean: float, std: float) -> int:
        """A negative binomial number of this mean and std, Poisson where it is no more spread."""
        rate = mean
        if std * std > mean * 1.001:
            shape = mean * mean / (std * std - mean)
            rate = self._chance.gammavariate(shape, mean / shape)
        limit, product, count = math.exp(-rate), self._chance.random(), 0
        while product > limit and count < 1000:
            product *= self._chance.random()
            count += 1
        return count

    def _date(self, field: Field, year: float) -> str:
        """A date within the year (a variable that stands for it counts years)."""
        month = self._chance.randrange(12)
        if field.date_format:
            return f"{round(year):04d}-{month + 1:02d}-15"
        return f"{MONTHS[month]}-{round(year)}"

    def _composed(self, field: Field, place: str) -> str:
        """A composed text whose fixed parts are those of `place`; the others are made up."""
        self._streets += 1
        number = self._chance.randrange(10, 9999)
        made_up = {
            "street": f"{number} {self._chance.choice(STREETS)} Street Apt. {self._streets}",
            "city": f"{self._chance.choice(STREETS)}ville",
        }
        parts = dict(zip(field.fixed_parts, place.split(), strict=False))
        parts |= {part: made_up[part] for part in field.parts if part in MADE_UP_PARTS}
        return field.format.format(**{part: parts.get(part, "") for part in field.parts})


def _without_other(shares: Mapping[str, float]) -> dict[str, float]:
    return {value: share for value, share in shares.items() if value != OTHER}


def _through(low: float, middle: float, high: float, z: float) -> float:
    """The value at `z` of a shifted log-normal distribution with these 5, 50 and 95% quantiles.

    Johnson's S_L family (1949); normal where the quantiles are symmetric, mirrored where the tail
    is on the left.
    """
    ratio = (high - middle) / (middle - low)
    if abs(ratio - 1) < 0.02:
        return middle + z * (high - low) / (2 * Z95)
    if ratio < 1:
        return -_through(-high, -middle, -low, -z)
    sigma = math.log(ratio) / Z95
    scale = (middle - low) / (1 - 1 / ratio)
    return max(middle + scale * (math.exp(sigma * z) - 1), 0.0 if low >= 0 else -math.inf)
