"""The one classifier that the tests on whole rows use."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import ThreadpoolController

ITERATIONS = 60


@cache
def _libraries() -> ThreadpoolController:
    """The numerical libraries that are loaded; looking for them takes longer than a prediction."""
    return ThreadpoolController()


@dataclass(frozen=True)
class Classifier:
    """Trees, or None where no column varies, and the columns that they were fitted on."""

    trees: HistGradientBoostingClassifier | None
    columns: np.ndarray


def varying(features: np.ndarray) -> np.ndarray:
    """Positions of the columns of (rows, columns) that hold two different values or more.

    A missing value (NaN) is a value; columns without any value, or constant, teach nothing.
    """
    known = ~np.isnan(features)
    first = features[known.argmax(axis=0), np.arange(features.shape[1])]
    alike = np.where(known.any(axis=0), known & (features == first), ~known)
    return np.flatnonzero(~alike.all(axis=0))


def fitted(features: np.ndarray, labels: np.ndarray, seed: int) -> Classifier:
    """Gradient-boosted trees fitted on the varying columns of a (rows, columns) matrix.

    The same for any thread count.
    """
    columns = varying(features)
    if not len(columns):
        return Classifier(None, columns)
    model = HistGradientBoostingClassifier(
        max_iter=ITERATIONS, early_stopping=False, random_state=seed
    )
    with _libraries().limit(limits=1):
        return Classifier(model.fit(features[:, columns], labels), columns)


def scores(model: Classifier, features: np.ndarray) -> np.ndarray:
    """Probability of the second label for each row; a half where nothing could be learned."""
    if model.trees is None:
        return np.full(len(features), 0.5)
    with _libraries().limit(limits=1):
        return model.trees.predict_proba(features[:, model.columns])[:, 1]
