"""Train on synthetic, test on real (TSTR): does the model predict as well as one of real rows?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from likeness.metrics import NO_VALUES
from likeness.metrics.auc import Estimate, auc, auc_ratio
from likeness.metrics.sample import Sample
from likeness.metrics.scoring import Bins, Scored, scored
from likeness.metrics.trees import fitted, scores
from likeness.stats.suppression import BELOW_MINIMUM

SINGLE_CLASS = "single class"


@dataclass(frozen=True)
class Utility:
    """AUC on holdout of models trained on synthetic and on train rows, and their ratio.

    `scored` and `bins` hold, by what a model was trained on, the other measures of its scores and
    the holdout's rows in bins of them.
    """

    synthetic: Estimate | None = None
    train: Estimate | None = None
    ratio: Estimate | None = None
    n_train: int = 0
    n_holdout: int = 0
    n_synthetic: int = 0
    reason: str | None = None
    scored: Mapping[str, Scored] = field(default_factory=dict)
    bins: Mapping[str, Bins] = field(default_factory=dict)


def _labels(sample: Sample, target: str, positive: str) -> np.ndarray:
    levels = sample.levels[target]
    return sample.codes[target] == (levels.index(positive) if positive in levels else len(levels))


def _problem(labels: dict[str, np.ndarray], min_cell_rows: int) -> str | None:
    for source, values in labels.items():
        if not len(values):
            return f"{source}: {NO_VALUES}"
        if values.all() or not values.any():
            return f"{source}: {SINGLE_CLASS}"
        if min(values.sum(), (~values).sum()) < min_cell_rows:
            return f"{source}: {BELOW_MINIMUM}"
    return None


def utility(
    train: Sample,
    holdout: Sample,
    synthetic: Sample,
    target: str,
    positive: str,
    seed: int,
    min_cell_rows: int,
) -> Utility:
    """Predict whether category `target` is `positive` from all other columns.

    Both models learn from the same number of rows, all of them are tested on `holdout`. Without
    `min_cell_rows` rows of each class in each source there is no result but a reason.
    """
    n = min(train.rows, synthetic.rows)
    parts = {"train": train.head(n), "synthetic": synthetic.head(n), "holdout": holdout}
    used = {f"n_{name}": part.rows for name, part in parts.items()}
    labels = {name: _labels(part, target, positive) for name, part in parts.items()}
    reason = _problem(labels, min_cell_rows)
    if reason:
        return Utility(**used, reason=reason)
    features = {name: part.matrix(without=[target])[0] for name, part in parts.items()}
    predicted = {}
    for name in ("train", "synthetic"):
        model = fitted(features[name], labels[name], seed)
        predicted[name] = scores(model, features["holdout"])
    truth = labels["holdout"]
    areas = {name: auc(truth, predictions) for name, predictions in predicted.items()}
    bins = {name: Bins.of(truth, of, min_cell_rows) for name, of in predicted.items()}
    return Utility(
        **areas,
        ratio=auc_ratio(truth, predicted["synthetic"], predicted["train"]),
        scored={
            name: scored(truth, of, areas[name].value, bins[name]) for name, of in predicted.items()
        },
        bins=bins,
        **used,
    )
