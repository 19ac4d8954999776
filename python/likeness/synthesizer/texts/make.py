"""Make up texts in the shapes drawn for their rows, from published words and characters."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from likeness.stats.random_numbers import uniform
from likeness.synthesizer.texts.casing import Casing
from likeness.synthesizer.texts.chains import MADE_UP, Characters, Words
from likeness.synthesizer.texts.shapes import BLANK, MAX_CHARACTERS, MAX_WORDS

ROUNDS = 5  # texts made for a row, of which the one nearest to its length is taken
MAX_CELLS = 1_000_000  # words of a batch


@dataclass(frozen=True)
class Shapes:
    """What was drawn for the rows: words and length (float), case, first word and group (object).

    A first word, or a group, of None has no statistics of its own.
    """

    words: np.ndarray
    case: np.ndarray
    first: np.ndarray
    length: np.ndarray
    group: np.ndarray

    def at(self, rows: slice) -> "Shapes":
        """The shapes of some rows."""
        return Shapes(*(part[rows] for part in vars(self).values()))


class Learned:
    """The rows of `engine_texts` for one field, read for drawing when they are first asked for."""

    def __init__(self, frame: pd.DataFrame, firsts: Sequence[str] = ()) -> None:
        """`firsts`: the first words that are categories."""
        self.frame, self.firsts = frame, firsts

    @cached_property
    def words(self) -> Words:
        """Words given the one before."""
        return Words(self.frame, self.firsts)

    @cached_property
    def by(self) -> str:
        """The category that words are given, or ''."""
        return next(iter(self.frame["by"].dropna()), "")

    @cached_property
    def signs(self) -> Characters:
        """Characters given those before."""
        return Characters(self.frame)

    @cached_property
    def casing(self) -> Casing:
        """Cases of words."""
        return Casing(self.frame)

    def of_part(self, part: str) -> pd.DataFrame:
        """The rows of one part."""
        return self.frame[self.frame["part"] == part]


def make(learned: Learned, shapes: Shapes, seed: int, ids: np.ndarray, name: str) -> np.ndarray:
    """One text (object) for each of `ids`, of field `name`."""
    words, signs, casing = learned.words, learned.signs, learned.casing
    out = np.empty(len(ids), dtype=object)
    most = int(np.clip(np.nanmax(shapes.words, initial=1), 1, MAX_WORDS))
    size = max(MAX_CELLS // most, 1)
    for start in range(0, len(ids), size):
        span = slice(start, start + size)
        made = _Maker(words, signs, shapes.at(span), seed, ids[span], name).texts()
        out[span] = casing.cased(made, shapes.case[span], seed, ids[span], name)
    return out


class _Maker:
    """Texts of one batch: each the nearest to its length of ROUNDS that are made."""

    def __init__(
        self,
        words: Words,
        signs: Characters,
        shapes: Shapes,
        seed: int,
        ids: np.ndarray,
        name: str,
    ) -> None:
        self.words, self.signs, self.seed, self.ids, self.name = words, signs, seed, ids, name
        self.n = np.clip(np.nan_to_num(shapes.words, nan=1.0), 1, MAX_WORDS).astype(np.int64)
        length = np.clip(np.nan_to_num(shapes.length, nan=1.0), 1, MAX_CHARACTERS)
        self.length = np.maximum(length.astype(np.int64), 2 * self.n - 1)
        self.first = words.codes(shapes.first)
        self.group = words.groups(shapes.group)
        self.after = np.array([signs.longest(word + BLANK) for word in words.named], dtype=np.int64)

    def texts(self) -> list[list[str]]:
        """The words of each text, in lower case."""
        best: list[list[str]] = [[] for _ in self.ids]
        off = np.full(len(self.ids), np.iinfo(np.int64).max)
        todo = np.arange(len(self.ids))
        for attempt in range(ROUNDS):
            made, lengths = self._round(todo, attempt)
            away = np.abs(lengths - self.length[todo])
            better = np.flatnonzero(away < off[todo])
            off[todo[better]] = away[better]
            sizes = self.n[todo[better]].tolist()
            texts = made[better].tolist()
            for i, words, n in zip(todo[better].tolist(), texts, sizes, strict=True):
                best[i] = words[:n]
            todo = todo[off[todo] > 0]
            if not len(todo):
                break
        return best

    def _round(self, rows: np.ndarray, attempt: int) -> tuple[np.ndarray, np.ndarray]:
        """The words of a text for each of `rows` [rows, words], and its length."""
        n = self.n[rows]
        most = int(n.max())
        code = np.full((len(rows), most), MADE_UP)
        code[:, 0] = self.first[rows]
        for place in range(1, most):
            some = np.flatnonzero(n > place)
            u = uniform(self.seed, self.ids[rows[some]], self.name, "word", attempt, place)
            last = n[some] == place + 1
            group = self.group[rows[some]]
            code[some, place] = self.words.draw(code[some, place - 1], last, group, u)
        words = self.words.named[code]
        lengths = self.words.lengths[code] * (np.arange(most) < n[:, None])
        state = np.zeros(len(rows), dtype=np.int64)  # after the word before, where it is made up
        for place in range(most):
            some = np.flatnonzero((n > place) & (code[:, place] == MADE_UP))
            if not len(some):
                continue
            start = np.full(len(some), self.signs.start)
            if place:
                before = code[some, place - 1]
                start = np.where(before == MADE_UP, state[some], self.after[before])
            words[some, place], lengths[some, place], state[some] = self.signs.draw(
                start,
                self.length[rows[some]],
                self.seed,
                self.ids[rows[some]],
                self.name,
                "character",
                attempt,
                place,
            )
        return words, lengths.sum(axis=1) + n - 1
