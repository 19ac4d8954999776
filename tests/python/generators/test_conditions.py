"""What a seed fixes for its rows."""

import json

import pandas as pd

from likeness.generators.conditions import given_rows

KEYS = ["letter", "place", "outcome"]


def plan():
    segment = {"letter": {"F": 0.7, "G": 0.3}, "place": {"p": 1.0}, "outcome": {"ok": 1.0}}
    return pd.DataFrame(
        {
            "seed_id": range(1, 41),
            "segment": json.dumps(segment),
            "rows_asked": [20, 0, 10, 15] * 10,
        }
    )


def test_every_row_asked_for_is_there_and_ids_count_on():
    rows = pd.concat(given_rows(plan(), KEYS, 1, 1_000_000))
    assert rows["row_id"].tolist() == list(range(450))
    assert rows.groupby("seed_id").size().to_dict() == {
        seed: n for seed, n in zip(plan()["seed_id"], plan()["rows_asked"], strict=True) if n
    }


def test_a_seeds_rows_keep_its_shares_to_within_a_row():
    rows = pd.concat(given_rows(plan(), KEYS, 1, 1_000_000))
    counts = rows.groupby("seed_id")["letter"].agg(lambda letters: (letters == "G").sum())
    asked = plan().set_index("seed_id")["rows_asked"]
    assert ((counts - 0.3 * asked[counts.index]).abs() <= 1).all()


def test_batches_do_not_change_the_rows():
    whole = pd.concat(given_rows(plan(), KEYS, 1, 1_000_000)).reset_index(drop=True)
    parts = list(given_rows(plan(), KEYS, 1, 50))
    assert len(parts) > 3
    pd.testing.assert_frame_equal(whole, pd.concat(parts).reset_index(drop=True))
