"""Second guess of a field: boosted votes that tell train rows from first guesses.

Candidates drawn from the first guess are weighted by exp(sum of votes), an estimate of the density
ratio (noise-contrastive estimation, Gutmann and Hyvarinen 2010). A vote is a symmetric tree: one
question per level, so that a row's leaf is a binary number. Every leaf holds `floor` train rows or
shares its value with its neighbours until it does.
"""

from dataclasses import dataclass

import numpy as np


@dataclass
class Vote:
    """One symmetric tree: questions (field, threshold, is it an equality?) and 2**depth values."""

    questions: list[tuple[str, int, bool]]
    values: np.ndarray
    n_rows: np.ndarray


def answers(codes: np.ndarray, threshold: int, equal: bool) -> np.ndarray:
    """Whether each code is above (or, for an equality, other than) the threshold."""
    return codes != threshold if equal else codes > threshold


def tally(votes: list[Vote], codes: dict[str, np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """Sum of the votes for rows of `shape`; codes broadcast against it."""
    total = np.zeros(shape)
    for vote in votes:
        index = np.zeros(shape, dtype=np.uint8)
        for name, threshold, equal in vote.questions:
            index = (index << 1) | answers(codes[name], threshold, equal)
        total += vote.values[index]
    return total


def fit_votes(
    table: dict[str, np.ndarray],
    own: set[str],
    real: np.ndarray,
    nominal: set[str],
    *,
    floor: int,
    n_votes: int,
    depth: int,
    rate: float,
    ridge: float,
    enough: float,
) -> list[Vote]:
    """Boost symmetric trees on the logistic loss of `real` (bool per row); both classes weigh 1.

    The first question of each tree is about an `own` field: others cancel between candidates.
    """
    names = list(table)
    codes = [table[name].astype(np.int64) for name in names]
    n_codes = [int(c.max()) + 1 for c in codes]
    weight = np.where(real, 0.5 / real.sum(), 0.5 / max((~real).sum(), 1)) * len(real)
    sign = real.astype(float)
    total = np.zeros(len(real))
    votes = []
    for _ in range(n_votes):
        p = 1.0 / (1.0 + np.exp(-total))
        grad, hess = weight * (sign - p), weight * p * (1 - p)
        index = np.zeros(len(real), dtype=np.int64)
        questions = []
        for level in range(depth):
            best = (0.0, None)
            for f, name in enumerate(names):
                if level == 0 and name not in own:
                    continue
                found = _best_question(
                    index, 1 << level, codes[f], n_codes[f], grad, hess, ridge, name in nominal
                )
                if found[0] > best[0] + 1e-9:
                    best = (found[0], (f, *found[1:]))
            if best[1] is None:
                break
            f, threshold, equal = best[1]
            questions.append((names[f], threshold, equal))
            index = (index << 1) | answers(codes[f], threshold, equal)
        if not questions or best_gain(index, len(questions), grad, hess, ridge) < enough:
            break
        vote = _settle(questions, index, grad, hess, real, floor, rate, ridge)
        total += vote.values[index]
        votes.append(vote)
    return votes


def best_gain(index, depth: int, grad, hess, ridge: float) -> float:
    """What a tree's leaves explain: about chi-square with a leaf's worth of freedom each."""
    g, h = np.bincount(index, grad, 1 << depth), np.bincount(index, hess, 1 << depth)
    return float((g**2 / (h + ridge)).sum())


def _best_question(index, n_nodes, codes, n_codes, grad, hess, ridge, nominal):
    key = index * n_codes + codes
    size = n_nodes * n_codes
    g = np.bincount(key, grad, size).reshape(n_nodes, n_codes)
    h = np.bincount(key, hess, size).reshape(n_nodes, n_codes)
    g_all, h_all = g.sum(axis=1, keepdims=True), h.sum(axis=1, keepdims=True)
    base = (g_all**2 / (h_all + ridge)).sum()

    def gain(g_in, h_in):
        g_out, h_out = g_all - g_in, np.maximum(h_all - h_in, 0)
        return (g_in**2 / (h_in + ridge) + g_out**2 / (h_out + ridge)).sum(axis=0) - base

    below = gain(g.cumsum(axis=1), h.cumsum(axis=1))[:-1]
    best = (float(below.max()), int(below.argmax()), False) if len(below) else (0.0, 0, False)
    if nominal and n_codes > 2:
        same = gain(g, h)
        if same.max() > best[0] + 1e-9:
            best = (float(same.max()), int(same.argmax()), True)
    return best


def _settle(questions, index, grad, hess, real, floor, rate, ridge) -> Vote:
    """Leaf values; a pair of leaves short of train rows becomes one, level by level."""
    size = 1 << len(questions)
    g, h = np.bincount(index, grad, size), np.bincount(index, hess, size)
    n = np.bincount(index, real.astype(float), size).astype(np.int64)
    group = np.arange(size)
    width = 1
    while width < size:
        width *= 2
        for start in range(0, size, width):
            span = slice(start, start + width)
            labels = np.unique(group[span])
            rows = [n[group == label].sum() for label in labels]
            if len(labels) > 1 and min(rows) < floor:
                short = {label for label, r in zip(labels, rows, strict=True) if r < floor}
                half = start + width // 2
                sides = {s for s in (start, half) if short & set(group[s : s + width // 2])}
                if sides:
                    group[span] = start
    values, rows = np.zeros(size), np.zeros(size, dtype=np.int64)
    for label in np.unique(group):
        inside = group == label
        rows[inside] = n[inside].sum()
        values[inside] = rate * g[inside].sum() / (h[inside].sum() + ridge)
    return Vote(questions, np.array([float(f"{v:.9g}") for v in values]), rows)
