"""Which of several features is associated most with a field."""

import numpy as np


def coarse(codes: np.ndarray) -> np.ndarray:
    """Codes of twelve groups of about equal size, or fewer."""
    below = np.concatenate([[0], np.cumsum(np.bincount(codes + 1))])[:-1]
    twelfth = (below / len(codes) * 12).astype(int)
    return np.unique(twelfth, return_inverse=True)[1][codes + 1]


def closest_feature(features: dict[str, np.ndarray], target: np.ndarray) -> str | None:
    """The feature, in `coarse` groups, most associated with the target (chi-square by freedom)."""
    present = np.bincount(target) > 0
    y = (np.cumsum(present) - 1)[target]
    scores = {}
    for name, codes in features.items():
        x = codes
        seen = np.bincount(x * (y.max() + 1) + y, minlength=(x.max() + 1) * (y.max() + 1))
        seen = seen.reshape(x.max() + 1, y.max() + 1).astype(float)
        expected = seen.sum(1, keepdims=True) * seen.sum(0, keepdims=True) / seen.sum()
        freedom = max((seen.shape[0] - 1) * (seen.shape[1] - 1), 1)
        scores[name] = ((seen - expected) ** 2 / np.maximum(expected, 1e-9)).sum() / freedom
    return min(scores, key=lambda key: (-round(scores[key], 6), key), default=None)
