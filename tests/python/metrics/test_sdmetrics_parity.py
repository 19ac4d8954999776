"""Shapes, pair trends and score are SDMetrics' own, to 1e-6, on the same rows."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.stats.contingency import association

from likeness.metrics.sample import samples
from likeness.metrics.similarity import ks_complement, mean_score, pair_trends, tv_complement
from likeness.stats.value_counts import Counts

NUMBERS = ["amount", "rate", "accounts", "constant", "empty"]
CATEGORIES = ["grade", "state", "status", "single"]


def rows(seed: int, n: int, shift: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    grade = rng.choice(list("ABCDEFG"), n, p=[0.2, 0.3, 0.25, 0.15, 0.07, 0.02, 0.01])
    rate = 5 + 3 * (pd.Series(grade).map(ord) - 65) + rng.normal(shift, 1, n).round(2)
    amount = np.round(rng.lognormal(9 + 0.02 * rate, 0.6) / 25) * 25
    accounts = rng.poisson(2 + shift, n).astype(float)
    accounts[rng.random(n) < 0.1 + shift / 10] = np.nan
    state = rng.choice(["CA", "NY", "TX", "AK" if shift else "WY"], n).astype(object)
    state[rng.random(n) < 0.05] = None
    status = np.where(rng.random(n) < 0.1 + rate / 100, "off", "paid").astype(object)
    return pd.DataFrame(
        {
            "amount": amount,
            "rate": rate,
            "accounts": accounts,
            "constant": 7.0,
            "empty": np.nan,
            "grade": grade.astype(object),
            "state": state,
            "status": status,
            "single": "x",
        }
    )


def sdmetrics_scores(real: pd.DataFrame, synthetic: pd.DataFrame):
    from sdmetrics.reports.single_table import QualityReport

    kinds = dict.fromkeys(NUMBERS, "numerical") | dict.fromkeys(CATEGORIES, "categorical")
    metadata = {"columns": {name: {"sdtype": kind} for name, kind in kinds.items()}}
    report = QualityReport()
    report.num_rows_subsample = None
    # From 0.32 on pairs below these have no score; here every pair is compared.
    report.real_correlation_threshold = report.real_association_threshold = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report.generate(real.copy(), synthetic.copy(), metadata, verbose=False)
    shapes = report.get_details("Column Shapes").set_index("Column")["Score"]
    pairs = report.get_details("Column Pair Trends")
    pairs = pairs.set_index(["Column 1", "Column 2"])["Score"]
    return shapes, pairs, report.get_score()


@pytest.fixture(scope="module", params=[(1500, 900, 0.5), (400, 4000, 0.0)])
def both(request):
    n_real, n_synthetic, shift = request.param
    real, synthetic = rows(1, n_real, 0.0), rows(2, n_synthetic, shift)
    return real, synthetic, sdmetrics_scores(real, synthetic)


def same(ours: float | None, theirs: float) -> bool:
    if ours is None:
        return bool(np.isnan(theirs))
    return abs(ours - theirs) < 1e-6


def our_shapes(real: pd.DataFrame, synthetic: pd.DataFrame) -> dict[str, float | None]:
    shapes = {
        name: ks_complement(*[Counts.of(f[name]) for f in (real, synthetic)]) for name in NUMBERS
    }
    for name in CATEGORIES:
        shapes[name] = tv_complement(*[f[name].value_counts().to_dict() for f in (real, synthetic)])
    return shapes


def our_pairs(real: pd.DataFrame, synthetic: pd.DataFrame):
    frame = pd.concat([real.assign(source="train"), synthetic.assign(source="synthetic")])
    by_source = samples(frame, NUMBERS, CATEGORIES)
    return pair_trends(by_source["train"], by_source["synthetic"])


def test_every_column_shape(both):
    real, synthetic, (shapes, _, _) = both
    ours = our_shapes(real, synthetic)
    assert set(ours) == set(shapes.index)
    assert {name: ours[name] for name in ours if not same(ours[name], shapes[name])} == {}


def test_every_pair(both):
    real, synthetic, (_, pairs, _) = both
    ours = our_pairs(real, synthetic)
    assert len(ours) == len(pairs) == 36
    theirs = {pair: pairs[pair] for pair in ours}
    differing = {p: (s, theirs[p]) for p, (_, s, _) in ours.items() if not same(s, theirs[p])}
    assert differing == {}


def test_overall_score(both):
    real, synthetic, (_, _, score) = both
    shapes = mean_score(our_shapes(real, synthetic).values())
    pairs = mean_score(score for _, score, _ in our_pairs(real, synthetic).values())
    assert (shapes + pairs) / 2 == pytest.approx(score, abs=1e-6)


def test_associated_pairs_are_those_that_count_from_sdmetrics_0_32_on(both):
    """Its thresholds: |Pearson| above 0.5, Cramér's V of the real contingency table above 0.3."""
    real, synthetic, _ = both
    binned = real.copy()
    for name in NUMBERS:
        known = real[name].dropna()
        binned[name] = np.digitize(real[name], np.histogram_bin_edges(known))
    ours = our_pairs(real, synthetic)
    for (a, b), (_, _, is_associated) in ours.items():
        if a in NUMBERS and b in NUMBERS:
            expected = abs(real[a].corr(real[b])) > 0.5
        else:
            table = binned.groupby([a, b], dropna=False).size().unstack(fill_value=0)
            expected = min(table.shape) > 1 and association(table.to_numpy()) > 0.3
        assert is_associated == expected, (a, b)
    assert 0 < sum(is_associated for *_, is_associated in ours.values()) < len(ours)
