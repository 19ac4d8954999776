"""Texts put in their case; where it is mixed, the case of each word is drawn."""

import numpy as np
import pandas as pd

from likeness.stats.random_numbers import uniform
from likeness.synthesizer.texts.chains import of_part
from likeness.synthesizer.texts.learn import CASING, START
from likeness.synthesizer.texts.shapes import (
    BLANK,
    CASES,
    HEADLINE,
    IN_CASE,
    LOWER,
    MIXED,
    SENTENCE,
)

LEVELS = 3  # given the word, the case before, nothing


class Casing:
    """The case of each word of texts of mixed case."""

    def __init__(self, frame: pd.DataFrame) -> None:
        columns = of_part(frame, CASING)
        self.shares: dict[tuple, dict[str, float]] = {}
        keys = zip(columns["before"], columns["given"], strict=True)
        events = zip(
            keys, [case or "" for case in columns["token"]], columns["weight"], strict=True
        )
        for key, case, weight in sorted(events, key=lambda event: event[1]):
            self.shares.setdefault(key, {})[case] = float(weight)

    def cased(
        self, texts: list[list[str]], cases: np.ndarray, seed: int, ids: np.ndarray, name: str
    ) -> list[str]:
        """The texts, given as words in lower case, in their `cases`."""
        mixed = np.flatnonzero(cases == MIXED)
        most = max((len(texts[i]) for i in mixed.tolist()), default=0)
        drawn = np.empty((len(mixed), most, LEVELS))
        for place in range(most):
            for level in range(LEVELS):
                drawn[:, place, level] = uniform(seed, ids[mixed], name, "case", place, level)
        place_of = dict(zip(mixed.tolist(), range(len(mixed)), strict=True))
        out = []
        for i, (words, case) in enumerate(zip(texts, cases.tolist(), strict=True)):
            if case == SENTENCE:
                made = [IN_CASE[HEADLINE](words[0]), *words[1:]]
            elif case == MIXED:
                made = self._mixed(words, drawn[place_of[i]])
            elif case in IN_CASE and case != LOWER:
                made = [IN_CASE[case](word) for word in words]
            else:
                made = words
            out.append(BLANK.join(made))
        return out

    def _mixed(self, words: list[str], u: np.ndarray) -> list[str]:
        out, before = [], START
        for place, word in enumerate(words):
            case = ""
            for level, key in enumerate(((word, None), (None, before), (None, None))):
                if not case and key in self.shares:
                    case = _picked(self.shares[key], float(u[place, level]))
            before = case if case in CASES else HEADLINE
            out.append(IN_CASE.get(before, IN_CASE[HEADLINE])(word))
        return out


def _picked(shares: dict[str, float], u: float) -> str:
    """One of the keys by its share; '' among them is whatever is not published."""
    left = u * sum(shares.values())
    for case, share in shares.items():
        left -= share
        if left < 0:
            return case
    return case
