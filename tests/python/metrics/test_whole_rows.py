"""Detection, utility and privacy: what they say of rows made to be found."""

import numpy as np
import pandas as pd
import pytest

from likeness.metrics import SOURCES
from likeness.metrics.auc import auc, auc_ratio
from likeness.metrics.detection import detect
from likeness.metrics.neighbours import Closeness, embedded, two_closest
from likeness.metrics.privacy import dcr_share, distances
from likeness.metrics.sample import samples
from likeness.metrics.utility import SINGLE_CLASS, utility
from likeness.stats.suppression import BELOW_MINIMUM

NUMBERS, CATEGORIES = ["x", "y"], ["kind", "status"]


def rows(seed: int, n: int, source: str) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    y = x + rng.normal(scale=0.5, size=n)
    status = np.where(rng.random(n) < 1 / (1 + np.exp(2 * x)), "off", "paid")
    return pd.DataFrame(
        {"source": source, "x": x, "y": y, "kind": rng.choice(["a", "b"], n), "status": status}
    )


def parts(synthetic: pd.DataFrame):
    frame = pd.concat([rows(1, 900, "train"), rows(2, 600, "holdout"), synthetic])
    return samples(frame, NUMBERS, CATEGORIES)


def shuffled() -> pd.DataFrame:
    rng = np.random.default_rng(9)
    frame = rows(3, 900, "synthetic")
    for name in NUMBERS + CATEGORIES:
        frame[name] = rng.permutation(frame[name].to_numpy())
    return frame


def test_auc_by_hand():
    # placements of the positives 0.5 and 1, of the negatives 1 and 0.5
    found = auc(np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8]))
    assert found.value == 0.75
    assert found.low == pytest.approx(0.75 - 1.959964 * 0.125**0.5)
    assert found.high == 1
    with pytest.raises(ValueError, match="two rows"):
        auc(np.array([0, 0, 1]), np.array([1.0, 2, 3]))


def test_auc_interval_covers_what_it_says():
    rng = np.random.default_rng(6)
    truth = 0.7602  # of two normals one standard deviation apart: Phi(1 / sqrt 2)
    labels = np.repeat([False, True], 150)
    hits = 0
    for _ in range(400):
        found = auc(labels, rng.normal(size=300) + labels)
        hits += found.low <= truth <= found.high
    assert 0.92 < hits / 400 < 0.98


def test_auc_ratio_of_the_same_scores_is_certain():
    rng = np.random.default_rng(7)
    labels = np.repeat([False, True], 200)
    scores = rng.normal(size=400) + labels
    same = auc_ratio(labels, scores, scores)
    assert (same.value, same.low, same.high) == pytest.approx((1, 1, 1))
    worse = auc_ratio(labels, rng.normal(size=400), scores)
    assert worse.high < 0.9


def test_detection_is_a_half_for_rows_of_the_same_kind():
    found = parts(rows(3, 900, "synthetic"))
    result = detect(found["holdout"], found["synthetic"], 1, 20)
    assert result.auc.low < 0.5 < result.auc.high
    assert result.n_used == 600


def test_detection_names_what_gives_rows_away():
    synthetic = rows(3, 900, "synthetic")
    synthetic["y"] += 1.5
    found = parts(synthetic)
    result = detect(found["holdout"], found["synthetic"], 1, 20)
    assert result.auc.low > 0.8
    assert max(result.importances, key=result.importances.get) in ("x", "y")
    assert result.importances["kind"] < 0.05
    assert result == detect(found["holdout"], found["synthetic"], 1, 20)


def test_detection_sees_broken_pairs():
    found = parts(shuffled())
    assert detect(found["holdout"], found["synthetic"], 1, 20).auc.low > 0.6


def test_detection_needs_rows():
    found = parts(rows(3, 50, "synthetic"))
    assert detect(found["holdout"], found["synthetic"], 1, 20).reason == BELOW_MINIMUM


def test_utility_of_good_and_of_shuffled_rows():
    good, bad = parts(rows(3, 900, "synthetic")), parts(shuffled())
    arguments = {"target": "status", "positive": "off", "seed": 1, "min_cell_rows": 20}
    of_good = utility(*[good[s] for s in ("train", "holdout", "synthetic")], **arguments)
    of_bad = utility(*[bad[s] for s in ("train", "holdout", "synthetic")], **arguments)
    assert of_good.train.value > 0.75
    assert of_good.ratio.value > 0.95
    assert of_bad.ratio.high < 0.85
    assert (of_good.n_train, of_good.n_holdout, of_good.n_synthetic) == (900, 600, 900)


def test_utility_says_why_there_is_none():
    synthetic = rows(3, 900, "synthetic").assign(status="paid")
    found = parts(synthetic)
    result = utility(*[found[s] for s in ("train", "holdout", "synthetic")], "status", "off", 1, 20)
    assert result.ratio is None
    assert result.reason == f"synthetic: {SINGLE_CLASS}"
    result = utility(*[found[s] for s in ("train", "holdout", "synthetic")], "status", "no", 1, 20)
    assert result.reason == f"train: {SINGLE_CLASS}"


def test_dcr_share_by_hand():
    found = dcr_share(np.array([1.0, 2, 3, 4]), np.array([2.0, 2, 1, 5]))
    assert found.value == 0.625
    assert found.low == pytest.approx(0.625 - 1.959964 * (0.625 * 0.375 / 4) ** 0.5)


def test_distances_by_hand():
    frame = pd.DataFrame(
        {
            "source": ["train"] * 3 + ["synthetic"] * 2,
            "x": [0.0, 10.0, np.nan, 10.0, np.nan],
            "kind": ["a", "b", "b", "a", None],
        }
    )
    found = samples(frame, ["x"], ["kind"])
    points = {source: embedded(part, found["train"]) for source, part in found.items()}
    # Ranks of 0 and 10 among train are 0.25 and 0.75: squared distance 6 / 4, and 1 for the kind.
    squared = two_closest(points["synthetic"], points["train"]) ** 2
    assert squared[0] == pytest.approx([1, 1.5])
    # A missing number is at the middle rank, and 1 away from any value.
    assert squared[1] == pytest.approx([1, 1 + 1 + 6 / 16])


def test_ratio_of_distances_to_closest_records():
    closeness = Closeness(np.array([0.0, 1.0, 0.0]), np.array([2.0, 4.0, 0.0]))
    assert closeness.ratios.tolist() == [0, 0.25, 1]


def test_privacy_of_new_rows_and_of_copies():
    new = parts(rows(3, 900, "synthetic"))
    found = distances(new["train"], new["holdout"], new["synthetic"], 400, 20)
    assert found.dcr_share.low < 0.5 < found.dcr_share.high
    assert (found.n_used, found.n_synthetic) == (400, 400)
    copies = parts(rows(1, 900, "train").assign(source="synthetic"))
    found = distances(copies["train"], copies["holdout"], copies["synthetic"], 900, 20)
    assert found.dcr_share.low > 0.75
    assert found.nndr < 0.4 < found.nndr_holdout
    assert found.dcr_p05 == 0 < found.dcr_p05_holdout


def test_privacy_needs_rows():
    found = parts(rows(3, 10, "synthetic"))
    result = distances(found["train"], found["holdout"], found["synthetic"], 400, 20)
    assert (result.dcr_share, result.reason) == (None, BELOW_MINIMUM)


EMPTY = {"x": np.nan, "kind": None}
ALIKE = {"x": 1.0, "kind": "a"}


@pytest.mark.parametrize("values", [EMPTY, ALIKE, {"x": np.nan, "kind": "a", "y": 2.0}])
@pytest.mark.parametrize("of", [("train", "holdout", "synthetic"), ("synthetic",), ("train",)])
def test_columns_without_two_values_are_left_out(values, of):
    made = {"train": rows(1, 900, "train"), "holdout": rows(2, 600, "holdout")}
    made["synthetic"] = rows(3, 900, "synthetic")
    changed = [frame.assign(**values) if s in of else frame for s, frame in made.items()]
    found = samples(pd.concat(changed), NUMBERS, CATEGORIES)
    result = detect(found["holdout"], found["synthetic"], 1, 20)
    assert 0 <= result.auc.value <= 1
    assert set(result.left_out) == (set(values) if len(of) == 3 else set())
    assert not set(result.left_out) & set(result.importances)
    for name, reason in result.left_out.items():
        is_empty = values[name] is None or values[name] != values[name]
        assert reason == ("no values" if is_empty else "constant")
    sources = [found[s] for s in ("train", "holdout", "synthetic")]
    assert utility(*sources, "status", "off", 1, 20).ratio.value > 0
    assert 0 <= distances(*sources, 400, 20).dcr_share.value <= 1


def test_rows_that_are_all_alike_are_told_apart_by_nothing():
    alike = [rows(n, 300, s).assign(**ALIKE, y=0.0, status="off") for n, s in enumerate(SOURCES)]
    found = samples(pd.concat(alike), NUMBERS, CATEGORIES)
    result = detect(found["holdout"], found["synthetic"], 1, 20)
    assert result.auc.value == 0.5
    assert set(result.left_out) == {*NUMBERS, *CATEGORIES}
