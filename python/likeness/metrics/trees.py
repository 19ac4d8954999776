"""The one classifier that the tests on whole rows use."""

from functools import cache

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import ThreadpoolController

ITERATIONS = 60


@cache
def _libraries() -> ThreadpoolController:
    """The numerical libraries that are loaded; looking for them takes longer than a prediction."""
    return ThreadpoolController()


def fitted(features: np.ndarray, labels: np.ndarray, seed: int) -> HistGradientBoostingClassifier:
    """Gradient-boosted trees fitted on a (rows, columns) matrix; the same for any thread count."""
    model = HistGradientBoostingClassifier(
        max_iter=ITERATIONS, early_stopping=False, random_state=seed
    )
    with _libraries().limit(limits=1):
        return model.fit(features, labels)


def scores(model: HistGradientBoostingClassifier, features: np.ndarray) -> np.ndarray:
    """Probability of the second label for each row."""
    with _libraries().limit(limits=1):
        return model.predict_proba(features)[:, 1]
