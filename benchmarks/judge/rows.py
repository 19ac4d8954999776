"""Judges of whole rows: SDMetrics, a classifier, a model trained on them, closeness to train."""

import warnings

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from judge.columns import Columns, as_samples, complete, shuffled
from likeness.metrics.privacy import distances
from likeness.metrics.utility import utility

FOLDS = 5
REPEATS = 3
LEAST_ROWS = 100
DCR_ROWS = 4000


def quality_report(
    train: pd.DataFrame, rows: pd.DataFrame, columns: Columns
) -> tuple[float, dict[str, float], dict]:
    """SDMetrics' QualityReport: its score, those of its parts by name, and its metadata."""
    from sdmetrics.reports.single_table import QualityReport

    kinds = dict.fromkeys(columns.numbers, "numerical")
    kinds |= dict.fromkeys(columns.categories, "categorical")
    metadata = {"columns": {name: {"sdtype": kind} for name, kind in kinds.items()}}
    report = QualityReport()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report.generate(train, rows, metadata, verbose=False)
    parts = report.get_properties().set_index("Property")["Score"].astype(float).to_dict()
    return float(report.get_score()), parts, metadata


def quality(train: pd.DataFrame, rows: pd.DataFrame, columns: Columns) -> dict[str, float]:
    """SDMetrics' QualityReport on complete rows: score, column shapes and pair trends."""
    sides = (complete(side, columns) for side in (train, rows))
    score, parts, _ = quality_report(*sides, columns.judged)
    return {
        "quality": score,
        "shapes": parts["Column Shapes"],
        "pairs": parts["Column Pair Trends"],
    }


def c2st(
    real: pd.DataFrame, rows: pd.DataFrame, columns: Columns, seed: int, repeats: int = REPEATS
) -> float | None:
    """AUC of a classifier that separates `rows` from `real` ones (Lopez-Paz and Oquab 2017).

    Gradient-boosted trees with scikit-learn's defaults on complete rows, as many of the one as of
    the other, each scored by a model that has not seen it; the mean of `repeats` draws of rows and
    folds, since one of them is off by 0.01 at 6,000 rows. None with fewer than 100 rows a side.
    """
    sides = [complete(side, columns) for side in (real, rows)]
    n = min(len(side) for side in sides)
    if n < LEAST_ROWS:
        return None
    together = pd.concat(sides, ignore_index=True)
    for name in columns.judged.categories:
        together[name] = pd.Categorical(together[name]).codes
    matrix = together.to_numpy(dtype=float)
    first, second = matrix[: len(sides[0])], matrix[len(sides[0]) :]
    labels = np.repeat([0, 1], n)
    found = []
    for repeat in range(repeats):
        rng = np.random.default_rng([seed, repeat])
        features = np.vstack([rng.permutation(part)[:n] for part in (first, second)])
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed + repeat)
        model = HistGradientBoostingClassifier(random_state=seed + repeat)
        scores = cross_val_predict(model, features, labels, cv=folds, method="predict_proba")
        found.append(roc_auc_score(labels, scores[:, 1]))
    return float(np.mean(found))


def tstr(
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    rows: pd.DataFrame,
    columns: Columns,
    min_cell_rows: int,
    seed: int,
) -> dict[str, float | None]:
    """AUC on holdout of models trained on the rows, and on as many train rows, and their ratio.

    Nothing where a side has fewer than `min_cell_rows` rows of a class.
    """
    sides = {"train": train, "holdout": holdout, "synthetic": rows}
    parts = {name: shuffled(complete(side, columns), seed) for name, side in sides.items()}
    if not all(len(part) for part in parts.values()):
        return dict.fromkeys(("tstr", "trtr", "tstr_ratio"))
    found = utility(
        **as_samples(parts, columns.judged),
        target=columns.target,
        positive=columns.positive,
        seed=seed,
        min_cell_rows=min_cell_rows,
    )
    return {
        "tstr": found.synthetic.value if found.synthetic else None,
        "trtr": found.train.value if found.train else None,
        "tstr_ratio": found.ratio.value if found.ratio else None,
    }


def dcr_share(
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    rows: pd.DataFrame,
    columns: Columns,
    min_cell_rows: int,
    seed: int,
) -> float | None:
    """Share of rows nearer to a train than to a holdout row, on as many of the one as the other."""
    sides = {"train": train, "holdout": holdout, "synthetic": rows}
    parts = {name: shuffled(side[columns.judged.names], seed) for name, side in sides.items()}
    found = distances(
        **as_samples(parts, columns.judged), rows=DCR_ROWS, min_cell_rows=min_cell_rows
    )
    return found.dcr_share.value if found.dcr_share else None


def copies(train: pd.DataFrame, rows: pd.DataFrame, columns: Columns) -> int:
    """Rows equal to a train row in every judged column but formulas; missing equals missing."""
    names = [name for name in columns.judged.names if name not in columns.formulas]
    known = set(_keys(train[names]))
    return sum(key in known for key in _keys(rows[names]))


def _keys(frame: pd.DataFrame) -> list[tuple]:
    """Rows as tuples that compare equal where the rows do; NaN does not equal itself."""
    return list(frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None))
