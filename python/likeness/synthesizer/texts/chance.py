"""How likely a text is to be made up: is one that few rows hold there by chance?"""

from collections.abc import Sequence

import pandas as pd

from likeness.synthesizer.texts.chains import MADE_UP, Characters, Words
from likeness.synthesizer.texts.make import ROUNDS
from likeness.synthesizer.texts.shapes import BLANK


class Chance:
    """Upper bounds from the published statistics of one field."""

    def __init__(self, frame: pd.DataFrame, firsts: Sequence[str]) -> None:
        """`frame`: its rows of `engine_texts`; `firsts`: first words that are categories."""
        self.words, self.signs = Words(frame, firsts), Characters(frame)
        self.firsts = frozenset(firsts)
        self.groups = range(-1, len(self.words.labels))
        self.codes = {word: code for code, word in enumerate(self.words.named[:-1].tolist())}

    def of(self, text: str) -> float:
        """The most that one made-up row is likely to hold `text`, in any case.

        Its shape and its group are taken to be the most likely ones, and so is each word's way:
        named, or made up by its characters.
        """
        words = text.lower().split(BLANK)
        codes = [self.codes.get(word, MADE_UP) for word in words]
        share, before, state = float(ROUNDS), MADE_UP, self.signs.start
        for place, (word, code) in enumerate(zip(words, codes, strict=True)):
            if place == 0:
                named, by_signs = float(word in self.firsts), 1.0
            else:
                last = place == len(words) - 1
                after = [self.words.after(before, last, group) for group in self.groups]
                named = 0.0 if code == MADE_UP else max(one.get(code, 0.0) for one in after)
                by_signs = max(one.get(MADE_UP, 0.0) for one in after)
            likely, following = self.signs.chance(word, state)
            share *= named + by_signs * likely
            before = code if named >= by_signs * likely else MADE_UP
            state = self.signs.longest(word + BLANK) if before != MADE_UP else following
        return share
