"""What is published about texts, read back for drawing: words and characters given those before."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from likeness.stats import compiled
from likeness.stats.random_numbers import stream_key, uniform
from likeness.synthesizer.texts.backoff import Choices, mixed
from likeness.synthesizer.texts.learn import CHARACTERS, LAST, WORDS
from likeness.synthesizer.texts.shapes import BLANK, UNNAMED

MADE_UP = -1  # a word without a number
_OTHER = -2  # whatever a context does not publish
_LETTERS = "etaoinshrdlu"  # where no character is held by enough rows


def of_part(frame: pd.DataFrame, part: str) -> dict[str, list]:
    """The columns of the rows of `engine_texts` for one part; None where a text is missing."""
    some = frame[frame["part"] == part]
    return {
        column: some[column].astype(object).where(some[column].notna(), None).tolist()
        for column in ("given", "before", "position", "token", "weight")
    }


class Words:
    """Words given the one before, whether they are the last, and a group (-1: none).

    Words and groups are numbers; MADE_UP is a word that no statistic names.
    """

    def __init__(self, frame: pd.DataFrame, firsts: Sequence[str]) -> None:
        columns = of_part(frame, WORDS)
        token, before, given = columns["token"], columns["before"], columns["given"]
        known = sorted(({*token, *before} - {None, UNNAMED}) | set(firsts))
        self.index = pd.Index(known, dtype=object)
        self.labels = pd.Index(sorted({*given} - {None}), dtype=object)
        # The last one stands for words that are made up, so that -1 finds it.
        self.named = np.array([*known, ""], dtype=object)
        self.lengths = np.array([len(word) for word in self.named], dtype=np.int64)
        codes = [
            _OTHER if word is None else code
            for word, code in zip(token, self.codes(token).tolist(), strict=True)
        ]
        befores = [
            None if word is None else code
            for word, code in zip(before, self.codes(before).tolist(), strict=True)
        ]
        is_last = [place == LAST for place in columns["position"]]
        keys = zip(self.groups(given).tolist(), befores, is_last, strict=True)
        self.shares: dict[tuple, dict[int, float]] = {}
        events = zip(keys, codes, columns["weight"], strict=True)
        for key, code, weight in sorted(events, key=lambda event: event[1]):
            self.shares.setdefault(key, {})[code] = float(weight)
        self._made: dict[tuple[int, bool, int], dict[int, float]] = {}

    def codes(self, words: np.ndarray | Sequence) -> np.ndarray:
        """Number of each word, MADE_UP where it has none."""
        return self.index.get_indexer(pd.Index(words, dtype=object)).astype(np.int64)

    def groups(self, labels: np.ndarray | Sequence) -> np.ndarray:
        """Number of each group, -1 where it has none."""
        return self.labels.get_indexer(pd.Index(labels, dtype=object)).astype(np.int64)

    def after(self, before: int, last: bool, group: int) -> dict[int, float]:
        """Shares of the words after one, MADE_UP among them."""
        key = (before, last, group)
        if key not in self._made:
            shares: dict[int, float] = {MADE_UP: 1.0}
            contexts = dict.fromkeys(((-1, None), (group, None), (-1, before), (group, before)))
            for by, word in contexts:
                own = self.shares.get((by, word, last))
                shares = mixed(own, shares, _OTHER) if own else shares
            self._made[key] = shares
        return self._made[key]

    def draw(
        self, before: np.ndarray, last: np.ndarray, group: np.ndarray, u: np.ndarray
    ) -> np.ndarray:
        """A word after each of `before`, or MADE_UP, by uniforms."""
        labels = len(self.labels) + 1
        packed = ((before + 1) * 2 + last) * labels + group + 1
        kinds, place = np.unique(packed, return_inverse=True)
        choices = Choices(
            [
                self.after(kind // labels // 2 - 1, bool(kind // labels % 2), kind % labels - 1)
                for kind in kinds.tolist()
            ]
        )
        return choices.token[choices.pick(place, u)]


class Characters:
    """Characters given those before: a state is the longest context that is published."""

    def __init__(self, frame: pd.DataFrame) -> None:
        columns = of_part(frame, CHARACTERS)
        shares: dict[str, dict[str, float]] = {}
        before = [text or "" for text in columns["before"]]
        token = [sign or "" for sign in columns["token"]]
        for context, sign, n in sorted(zip(before, token, columns["weight"], strict=True)):
            shares.setdefault(context, {})[sign] = float(n)
        anywhere = {sign: n for sign, n in shares.get("", {}).items() if sign}
        shares[""] = anywhere or dict.fromkeys([*_LETTERS, BLANK], 1.0)
        self.contexts = contexts = sorted(shares, key=lambda text: (len(text), text))
        self.states = {text: number for number, text in enumerate(contexts)}
        self.memory = len(contexts[-1])
        self.shares: list[Mapping[str, float]] = []
        for text in contexts:
            then = self.shares[self.longest(text[1:])] if text else {}
            self.shares.append(mixed(shares[text], then, ""))
        self.choices = Choices(
            [{ord(sign): share for sign, share in one.items()} for one in self.shares]
        )
        self.follows = np.array(
            [
                self.longest(text + sign)
                for text, one in zip(contexts, self.shares, strict=True)
                for sign in one
            ],
            dtype=np.int64,
        )
        self.start = self.longest(BLANK * self.memory)

    def longest(self, text: str) -> int:
        """The state of the longest published end of `text`."""
        for begin in range(max(len(text) - self.memory, 0), len(text)):
            if text[begin:] in self.states:
                return self.states[text[begin:]]
        return 0

    def draw(
        self, state: np.ndarray, most: np.ndarray, seed: int, ids: np.ndarray, *key: object
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A word (object) of 1 to `most` characters from each state, its length, the state after.

        The random numbers depend on `ids`, `seed` and `key`.
        """
        loops = compiled.kernels()
        if loops is None:
            signs, lengths, state = self._signs(state, most, seed, ids, key)
        else:
            widest = int(most.max(initial=0)) + 1
            keys = [stream_key(seed, *key, place) for place in range(widest)]
            signs = np.zeros((len(ids), widest), np.uint32)
            lengths, state = np.zeros(len(ids), np.int64), state.astype(np.int64)
            random = most.astype(np.int64), ids.astype(np.int64), np.array(keys, np.uint64)
            choices = self.choices.ends, self.choices.last, self.choices.token
            begins = self._firsts(), ord(BLANK), ord(_LETTERS[0])
            loops.spell(signs, lengths, state, *random, *choices, self.follows, *begins)
        made = np.ascontiguousarray(signs[:, : max(int(lengths.max(initial=0)), 1)])
        return made.view(f"<U{made.shape[1]}")[:, 0].astype(object), lengths, state

    def _signs(
        self, state: np.ndarray, most: np.ndarray, seed: int, ids: np.ndarray, key: tuple
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Signs [rows, places], lengths and states of `draw`, place by place."""
        state = state.copy()
        signs: list[np.ndarray] = []
        lengths = np.zeros(len(state), dtype=np.int64)
        todo = np.arange(len(state))
        while len(todo):
            place = len(signs)
            u = uniform(seed, ids[todo], *key, place)
            at = self.choices.pick(state[todo], u)
            sign, follows = self.choices.token[at], self.follows[at]
            if place == 0 and (again := np.flatnonzero(sign == ord(BLANK))).size:
                sign[again], follows[again] = self._letter(u[again])
            state[todo] = follows
            goes_on = (sign != ord(BLANK)) & (place < most[todo])
            todo, sign = todo[goes_on], sign[goes_on]
            row = np.zeros(len(state), dtype=np.uint32)
            row[todo] = sign
            lengths[todo] += 1
            signs.append(row)
        return np.stack(signs, axis=1), lengths, state

    def _firsts(self) -> np.ndarray:
        """Events that a word may begin with: signs that are no blank, given nothing before them."""
        of_nothing = self.choices.token[: int(self.choices.last[0]) + 1]
        return np.flatnonzero(of_nothing != ord(BLANK))

    def _letter(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """A first character that is no blank, of those that are known without anything before."""
        some = self._firsts()
        if not len(some):
            return np.full(len(u), ord(_LETTERS[0])), np.zeros(len(u), dtype=np.int64)
        at = some[(u * len(some)).astype(int)]
        return self.choices.token[at], self.follows[at]

    def chance(self, word: str, state: int) -> tuple[float, int]:
        """How likely a word is from a state, whatever follows it; and the state after a blank."""
        share = 1.0
        for sign in word:
            share *= self.shares[state].get(sign, 0.0)
            state = self.longest(self.contexts[state] + sign)
        return share, self.longest(self.contexts[state] + BLANK)
