"""Shares of a token given what stands before it, backing off to less where too few rows have it.

Katz's back-off (1987) with the minimum cell size as its cut: an event (a token after a context)
belongs to the first level, from the most to the least that is given, at which `least` distinct rows
have it. What a context has beside is its escape to the next level, which does not give what the
first one does (exclusion; Cleary and Witten 1984). No event is counted twice.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

ESCAPE = -1
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Counted:
    """Published events of one level: context, token (ESCAPE: none of them), weight, and rows.

    Sorted by context and token. The weight is how often the event was seen, rounded to a multiple
    of the minimum cell size, so that no difference discloses fewer rows; n_rows is rounded down to
    one. An escape of fewer rows has the share of all those of its level, and their rows.
    """

    context: np.ndarray
    token: np.ndarray
    weight: np.ndarray
    n_rows: np.ndarray


def learn(
    levels: Sequence[np.ndarray], token: np.ndarray, row: np.ndarray, least: int
) -> tuple[list[Counted], np.ndarray]:
    """Published events of each level, and which events no level publishes (bool).

    levels: for each, the context of every event (int64, from 0; -1: it has none at this level);
    token, row: of every event, int64 from 0; a token of -1 is never published.
    """
    left = np.arange(len(token))
    out = []
    for context in levels:
        counted, is_published = _level(context[left], token[left], row[left], least)
        out.append(counted)
        left = left[~is_published]
    mask = np.zeros(len(token), dtype=bool)
    mask[left] = True
    return out, mask


def _level(
    context: np.ndarray, token: np.ndarray, row: np.ndarray, least: int
) -> tuple[Counted, np.ndarray]:
    """The published events of one level, and which of its events are (bool)."""
    width = int(token.max(initial=0)) + 2
    event = np.where(context < 0, -1, context * width + token + 1)
    kinds, place, times = np.unique(event, return_inverse=True, return_counts=True)
    rows = _distinct_rows(place, row, len(kinds))
    kept = (rows >= least) & (kinds >= 0) & (kinds % width > 0)
    owners, at = np.unique(kinds // width, return_inverse=True)
    if not kept.any():
        none = np.zeros(0, dtype=np.int64)
        return Counted(none, none, none, none), np.zeros(len(token), dtype=bool)
    is_open = ~kept[place]
    escapes = np.flatnonzero(np.bincount(at[kept], minlength=len(owners)))
    rest_rows = _distinct_rows(at[place[is_open]], row[is_open], len(owners))[escapes]
    rest = np.bincount(at[~kept], times[~kept], minlength=len(owners))[escapes]
    shown = np.bincount(at[kept], times[kept], minlength=len(owners))[escapes]
    weight, n_rows = _rounded(rest, least), rest_rows.copy()
    size = np.floor(np.log2(shown / least)).astype(np.int64)
    for one in np.unique(size):
        few = np.flatnonzero((size == one) & (rest_rows < least))
        inside = is_open & np.isin(at[place], escapes[few])
        pooled = len(np.unique(row[inside]))
        ratio = float(f"{rest[few].sum() / shown[few].sum():.3g}") if pooled >= least else 0.0
        weight[few], n_rows[few] = _rounded(shown[few], least) * ratio, pooled
    some = weight > 0
    contexts = np.concatenate([kinds[kept] // width, owners[escapes[some]]])
    tokens = np.concatenate([kinds[kept] % width - 1, np.full(some.sum(), ESCAPE)])
    weights = np.concatenate([_rounded(times[kept], least), weight[some]])
    n_rows = np.concatenate([rows[kept], n_rows[some]]) // least * least
    order = np.lexsort([tokens, contexts])
    return Counted(contexts[order], tokens[order], weights[order], n_rows[order]), kept[place]


def _rounded(n: np.ndarray, least: int) -> np.ndarray:
    """Numbers to the nearest multiple of `least`, at least that; float64."""
    return least * np.maximum(np.floor(n / least + 0.5), 1.0)


def _distinct_rows(kind: np.ndarray, row: np.ndarray, kinds: int) -> np.ndarray:
    """How many distinct rows have each of `kinds`."""
    if not len(kind):
        return np.zeros(kinds, dtype=np.int64)
    pairs = np.unique(kind.astype(np.int64) * (int(row.max()) + 1) + row)
    return np.bincount(pairs // (int(row.max()) + 1), minlength=kinds)


def mixed(shares: Mapping[T, float], then: Mapping[T, float], escape: T) -> dict[T, float]:
    """Shares of tokens where a context's `escape` stands for the tokens of the next, `then`.

    `shares` need not add up to 1, `then` does (or is empty); the result does.
    """
    left = {token: share for token, share in then.items() if token not in shares}
    total, rest = sum(shares.values()), sum(left.values())
    own = shares.get(escape, 0.0) / total if rest > 0 else 0.0
    kept = total - shares.get(escape, 0.0)
    out = {t: s / kept * (1 - own) for t, s in shares.items() if t != escape}
    out.update((token, share / rest * own) for token, share in left.items() if own)
    return out


class Choices:
    """Tokens of contexts for drawing: contexts are numbers from 0."""

    def __init__(self, shares: Sequence[Mapping[int, float]]) -> None:
        """`shares`: of the tokens of each context, in the order in which they are drawn."""
        sizes = np.array([len(one) for one in shares], dtype=np.int64)
        self.token = np.array([token for one in shares for token in one], dtype=np.int64)
        self.last = np.cumsum(sizes) - 1
        upto = [np.cumsum(np.fromiter(one.values(), float, len(one))) for one in shares]
        # The upper end of each event on one scale: the number of its context, and its share there.
        ends = [number + one / one[-1] for number, one in enumerate(upto) if len(one)]
        self.ends = np.concatenate(ends) if ends else np.zeros(0)

    def pick(self, place: np.ndarray, u: np.ndarray) -> np.ndarray:
        """An event (position in `token`) of each numbered context, by uniforms in [0, 1)."""
        return np.minimum(np.searchsorted(self.ends, place + u, side="right"), self.last[place])
