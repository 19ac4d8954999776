"""PSI, IV, pMSE, marginals and scores on examples that are worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp
from sklearn.metrics import brier_score_loss

from likeness.metrics import marginals
from likeness.metrics.divergence import divergences, jeffreys_divergence
from likeness.metrics.information import information_value, information_values, joined
from likeness.metrics.propensity import null_pmse, pmse, propensity
from likeness.metrics.sample import samples
from likeness.metrics.scoring import Bins, ks_of_scores, scored


def sampled(**parts: pd.DataFrame):
    frame = pd.concat([part.assign(source=name) for name, part in parts.items()])
    numbers = [c for c in frame if c != "source" and frame[c].dtype.kind in "fi"]
    return samples(frame, numbers, [c for c in frame if c not in (*numbers, "source")])


def test_psi_is_the_sum_over_bins():
    train, synthetic = np.array([50, 30, 20]), np.array([40, 40, 20])
    by_hand = (0.5 - 0.4) * np.log(0.5 / 0.4) + (0.3 - 0.4) * np.log(0.3 / 0.4)
    assert jeffreys_divergence(train, synthetic, smoothing=0) == pytest.approx(by_hand)
    found = divergences(train, train, synthetic)
    assert found.psi == pytest.approx(found.kl_divergence + found.kl_reverse)
    assert found.psi_holdout == 0


def test_information_value_is_the_sum_over_bins_with_half_a_row_each():
    counts = np.array([[90, 10], [60, 40]])
    good, bad = np.array([90.5, 60.5]) / 151, np.array([10.5, 40.5]) / 51
    by_hand = ((bad - good) * np.log(bad / good)).sum()
    assert information_value(counts) == pytest.approx(by_hand)
    assert information_value(np.array([[10, 0], [5, 0]])) is None


def test_bins_of_an_information_value_have_both_classes_often_enough():
    assert joined(np.array([[30, 5], [30, 18], [9, 50], [40, 25], [1, 1]]), 20) == [2, 5]
    assert joined(np.array([[30, 5]]), 20) == []


def test_information_values_of_numbers_and_categories_rank_what_predicts():
    rng = np.random.default_rng(1)

    def rows(n):
        status = rng.random(n) < 0.3
        return pd.DataFrame(
            {
                "told": rng.normal(status * 1.5, 1),
                "noise": rng.normal(size=n),
                "kind": np.where(rng.random(n) < 0.3 + 0.4 * status, "a", "b"),
                "status": np.where(status, "bad", "good"),
            }
        )

    found = sampled(train=rows(2000), holdout=rows(1500), synthetic=rows(2000))
    table = pd.DataFrame(information_values(found, "status", "bad", 20)).set_index("variable")
    assert table.loc["noise", "train"] < 0.05 < table.loc["kind", "train"]
    assert table.loc["told", "synthetic"] > 1
    assert table["reason"].isna().all()


def test_a_target_that_few_holdout_rows_have_gives_reasons_and_no_values():
    """Enough train rows have it for a tolerance, too few holdout rows for one bin."""
    rng = np.random.default_rng(4)

    def rows(n, lost):
        status = np.where(np.arange(n) < lost, "bad", "good")
        kind = rng.choice(["a", "b"], n)
        return pd.DataFrame({"x": rng.normal(size=n), "kind": kind, "status": status})

    found = sampled(train=rows(330, 40), holdout=rows(170, 18), synthetic=rows(500, 58))
    table = pd.DataFrame(information_values(found, "status", "bad", 20)).set_index("variable")
    assert table["reason"].notna().all()
    assert table["train"].isna().all()


def test_pmse_of_a_saturated_model_by_hand():
    real = pd.DataFrame({"kind": ["a"] * 30 + ["b"] * 10})
    other = pd.DataFrame({"kind": ["a"] * 20 + ["b"] * 20})
    found = sampled(train=real, synthetic=other)
    scores = np.repeat([20 / 50, 20 / 30], [50, 30])
    by_hand = ((scores - 0.5) ** 2).mean()
    assert pmse(scores, 0.5) == pytest.approx(by_hand)
    assert null_pmse(2, 40, 40) == pytest.approx(1 * 0.5**2 * 0.5 / 80)
    result = propensity(found["train"], found["synthetic"], 5)
    assert result.pmse == pytest.approx(by_hand, abs=1e-5)
    assert result.ratio == pytest.approx(by_hand / (0.125 / 80), rel=1e-3)


def test_the_pmse_ratio_of_another_sample_is_about_two_and_of_other_rows_large():
    rng = np.random.default_rng(2)

    def rows(shift):
        columns = {f"x{i}": rng.normal(shift, 1, 3000) for i in range(30)}
        return pd.DataFrame(columns)

    found = sampled(train=rows(0), holdout=rows(0), synthetic=rows(0.2))
    assert 1.2 < propensity(found["train"], found["holdout"], 20).ratio < 2.8
    assert propensity(found["train"], found["synthetic"], 20).ratio > 10


def test_accuracy_of_a_pair_by_hand():
    first = [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])]
    second = [np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1])]
    assert marginals.accuracy(first, second) == pytest.approx(0.5)
    assert marginals.accuracy(first, first) == 1


def test_marginals_are_accuracies_and_a_score_of_a_thousand():
    rng = np.random.default_rng(3)
    kinds = pd.DataFrame({name: rng.choice(["a", "b"], 400) for name in "wxyz"})
    alike = kinds.sample(frac=1, random_state=1).reset_index(drop=True)
    found = sampled(train=kinds, holdout=alike, synthetic=kinds.assign(x="a"))
    result = marginals.marginals(found, 1, 20, 10_000)
    assert result["trivariate_accuracy_holdout"] == 1
    assert result["k_marginal_score_holdout"] == 1000
    share_b = (kinds["x"] == "b").mean()
    assert result["univariate_accuracy"] == pytest.approx(1 - share_b / 4, abs=1e-6)
    assert result["k_marginal_score"] == pytest.approx(1000 * result["trivariate_accuracy"])
    few = marginals.marginals(found, 1, 401, 10_000)
    assert set(few.values()) == {None}


def test_no_more_sets_than_asked_and_the_same_by_each_seed():
    assert marginals.chosen(4, 3, 1) == [(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)]
    many = marginals.chosen(30, 3, 1)
    assert len(set(many)) == marginals.MOST_MARGINALS
    assert many == marginals.chosen(30, 3, 1)


def test_measures_of_scores_are_those_of_scipy_and_scikit_learn():
    rng = np.random.default_rng(4)
    labels = rng.random(3000) < 0.3
    scores = np.round(np.clip(rng.normal(0.3 + 0.2 * labels, 0.15), 0, 1), 2)
    bins = Bins.of(labels, scores, 20)
    found = scored(labels, scores, 0.8, bins)
    assert found.gini == pytest.approx(0.6)
    assert found.ks == pytest.approx(ks_2samp(scores[labels], scores[~labels]).statistic)
    assert found.ks == ks_of_scores(labels, scores)
    assert found.brier == pytest.approx(brier_score_loss(labels, scores))
    assert ((bins.positives >= 20) & (bins.n - bins.positives >= 20)).all()
    expected, observed = bins.calibration
    assert found.calibration_error == pytest.approx(
        np.average(np.abs(expected - observed), weights=bins.n[::-1])
    )
    false, true = bins.roc
    assert (false[0], true[0], false[-1], true[-1]) == (0, 0, 1, 1)
    assert (np.diff(true) >= 0).all()


def test_calibration_of_two_bins_by_hand():
    labels = np.array([True] * 30 + [False] * 10 + [True] * 10 + [False] * 30)
    scores = np.repeat([0.9, 0.2], 40)
    bins = Bins.of(labels, scores, 10)
    assert bins.calibration[0] == pytest.approx([0.2, 0.9])
    assert bins.calibration[1].tolist() == [0.25, 0.75]
    assert bins.calibration_error == pytest.approx((0.05 + 0.15) / 2)


def test_too_few_rows_of_a_class_have_no_bins():
    bins = Bins.of(np.array([True] * 5 + [False] * 50), np.linspace(0, 1, 55), 20)
    assert len(bins.n) == 0
    assert bins.calibration_error is None
