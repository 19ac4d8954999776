"""Do synthetic rows lie closer to the rows they were learnt from than to unseen ones?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from likeness.metrics.auc import Estimate
from likeness.metrics.neighbours import Closeness, embedded
from likeness.metrics.sample import Sample
from likeness.stats.suppression import BELOW_MINIMUM
from likeness.stats.value_counts import Cells, Counts

SHARES = tuple(round(0.05 * i, 2) for i in range(1, 20))


@dataclass(frozen=True)
class Distances:
    """Distance to the closest record, its share to train, and nearest-neighbour distance ratios.

    `dcr_share`: share of synthetic rows closer to a train row than to a holdout row, ties as half,
    on as many rows of the one as of the other; 0.5 is what rows made without train rows have.
    `dcr_p05` and `nndr` (the mean ratio) are to train rows, beside the same for the holdout's rows.
    `curves` has the quantiles SHARES of both, dcr and nndr, by source (synthetic, holdout).
    """

    dcr_share: Estimate | None = None
    dcr_p05: float | None = None
    dcr_p05_holdout: float | None = None
    nndr: float | None = None
    nndr_holdout: float | None = None
    n_used: int = 0
    n_synthetic: int = 0
    reason: str | None = None
    curves: Mapping[str, Mapping[str, list[float]]] = field(default_factory=dict)


def dcr_share(to_train: np.ndarray, to_holdout: np.ndarray) -> Estimate:
    """Share of rows whose closest train record is nearer than their closest holdout record.

    Ties count as half; the interval is the normal one of a share.
    """
    nearer = np.where(to_train == to_holdout, 0.5, to_train < to_holdout)
    value = float(nearer.mean())
    return Estimate.of(value, math.sqrt(value * (1 - value) / len(nearer)))


def _quantiles(values: np.ndarray, min_cell_rows: int) -> list[float]:
    """The quantiles SHARES, each the mean of its cell, without the rounding noise below 0."""
    cells = Cells.of(Counts.of(values), min_cell_rows)
    return [max(0.0, cells.quantile(share)) for share in SHARES]


def distances(
    train: Sample, holdout: Sample, synthetic: Sample, rows: int, min_cell_rows: int
) -> Distances:
    """On at most `rows` rows of each; memory is bounded by it, not by the tables."""
    n = min(rows, train.rows, holdout.rows)
    tested = synthetic.head(min(rows, synthetic.rows))
    if n < min_cell_rows or tested.rows < min_cell_rows:
        return Distances(n_used=n, n_synthetic=tested.rows, reason=BELOW_MINIMUM)
    records = {"train": train.head(n), "holdout": holdout.head(n)}
    points = {name: embedded(part, train) for name, part in records.items()}
    rows_tested = embedded(tested, train)
    to_train = Closeness.of(rows_tested, points["train"])
    to_holdout = Closeness.of(rows_tested, points["holdout"])
    unseen = Closeness.of(points["holdout"], points["train"])
    sides = {"synthetic": to_train, "holdout": unseen}
    curves = {
        "dcr": {name: _quantiles(side.first, min_cell_rows) for name, side in sides.items()},
        "nndr": {name: _quantiles(side.ratios, min_cell_rows) for name, side in sides.items()},
    }
    return Distances(
        dcr_share=dcr_share(to_train.first, to_holdout.first),
        dcr_p05=curves["dcr"]["synthetic"][0],
        dcr_p05_holdout=curves["dcr"]["holdout"][0],
        nndr=float(to_train.ratios.mean()),
        nndr_holdout=float(unseen.ratios.mean()),
        n_used=n,
        n_synthetic=tested.rows,
        curves=curves,
    )
