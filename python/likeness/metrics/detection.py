"""Can a classifier separate synthetic from real rows? C2ST (Lopez-Paz and Oquab 2017)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from likeness.metrics import NO_VALUES
from likeness.metrics.auc import Estimate, auc
from likeness.metrics.sample import Sample
from likeness.metrics.trees import fitted, scores, varying
from likeness.stats.moments import CONSTANT
from likeness.stats.suppression import BELOW_MINIMUM

FOLDS = 3


@dataclass(frozen=True)
class Detection:
    """AUC (0.5: no better than chance), the rows used of each side, and importances by column.

    An importance is by how much the AUC falls when the column's values are shuffled; `left_out`
    gives for each column that nothing can be learned from the reason.
    """

    auc: Estimate | None
    n_used: int
    importances: dict[str, float] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    reason: str | None = None


def detect(
    real: Sample, other: Sample, seed: int, min_cell_rows: int, importances: bool = True
) -> Detection:
    """Two-sample test on as many rows of the one as of the other, every row scored out of fold.

    Importances are from shuffling each column of the last fold's rows. With fewer than
    `min_cell_rows` rows for each fold and side there is no result.
    """
    n = min(real.rows, other.rows)
    if n < FOLDS * min_cell_rows:
        unused = dict.fromkeys([*real.numbers, *real.codes], BELOW_MINIMUM)
        return Detection(None, n, left_out=unused, reason=BELOW_MINIMUM)
    matrices = [sample.head(n).matrix() for sample in (real, other)]
    features, names = np.vstack([matrix for matrix, _ in matrices]), matrices[0][1]
    labels = np.repeat([False, True], n)
    fold = np.tile(np.arange(n) % FOLDS, 2)
    predicted = np.zeros(2 * n)
    for i in range(FOLDS):
        model = fitted(features[fold != i], labels[fold != i], seed)
        predicted[fold == i] = scores(model, features[fold == i])
    result: dict[str, float] = {}
    if importances:
        held = fold == FOLDS - 1
        result = shuffled_importances(model, features[held], labels[held], names, seed)
    left_out = _left_out(features, names)
    kept = {name: value for name, value in result.items() if name not in left_out}
    return Detection(auc(labels, predicted), n, kept, left_out)


def _left_out(features: np.ndarray, names: list[str]) -> dict[str, str]:
    used = {names[j] for j in varying(features)}
    empty = dict(zip(names, np.isnan(features).all(axis=0), strict=True))
    return {name: NO_VALUES if empty[name] else CONSTANT for name in names if name not in used}


def shuffled_importances(
    model: HistGradientBoostingClassifier,
    features: np.ndarray,
    labels: np.ndarray,
    names: Sequence[str],
    seed: int,
) -> dict[str, float]:
    """Fall of the AUC when one column's values are shuffled, for each column (Breiman 2001)."""
    whole = auc(labels, scores(model, features)).value
    result = {}
    for j, name in enumerate(names):
        changed = features.copy()
        changed[:, j] = np.random.default_rng([seed, j]).permutation(changed[:, j])
        result[name] = whole - auc(labels, scores(model, changed)).value
    return result
