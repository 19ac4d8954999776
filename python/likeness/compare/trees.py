"""The one classifier that the tests on whole rows use."""

from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

ITERATIONS = 60


def fitted(features, labels, seed: int) -> HistGradientBoostingClassifier:
    """Gradient-boosted trees fitted on a (rows, columns) matrix; the same for any thread count."""
    model = HistGradientBoostingClassifier(
        max_iter=ITERATIONS, early_stopping=False, random_state=seed
    )
    with threadpool_limits(limits=1):
        return model.fit(features, labels)


def scores(model: HistGradientBoostingClassifier, features):
    """Probability of the second label for each row."""
    with threadpool_limits(limits=1):
        return model.predict_proba(features)[:, 1]
