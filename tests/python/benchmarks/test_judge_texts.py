"""The judge of texts knows a copy from another sample, and what nobody may name."""

import numpy as np
import pandas as pd

from judge import texts


def words(n, seed, letters="abcdefgh"):
    chance = np.random.default_rng(seed)
    return pd.Series(["".join(chance.choice(list(letters), 6)) for _ in range(n)], dtype=object)


def test_texts_of_another_alphabet_are_told_apart_and_those_of_the_same_are_not():
    real = words(300, 1)
    assert texts.by_characters(real, words(300, 2, "uvwxyz"), 300) > 0.99
    assert 0.35 < texts.by_characters(real, words(300, 3), 300) < 0.65


def test_other_rows_texts_leave_out_rare_ones_that_the_holdout_holds():
    holdout = pd.Series(["common"] * 30 + ["mine"] * 3)
    every = pd.Series(["common"] * 60 + ["mine"] * 5 + [f"other {i}" for i in range(40)])
    found = texts.others_texts(holdout, every, 20)
    assert "mine" not in set(found)
    assert (found == "common").mean() == np.clip((found == "common").mean(), 0.5, 0.62)
    assert found[found != "common"].is_unique


def test_a_category_is_read_from_the_words_of_a_text():
    frame = pd.DataFrame({"text": ["red boat", "new roof"] * 50, "kind": ["boat", "house"] * 50})
    assert texts.category_from_text(frame, frame, "text", "kind") == 1
    swapped = frame.assign(kind=frame["kind"].iloc[::-1].to_numpy())
    assert texts.category_from_text(swapped, frame, "text", "kind") == 0
