"""Counter-based random numbers: uniform, independent, and a function of seed, id and key alone."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from likeness.stats.random_numbers import stream_key, uniform

N = 200_000
IDS = np.arange(N)
MASK = 2**64 - 1


def mixed(state):
    """SplitMix64's finaliser in whole numbers of any size."""
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    state = (state ^ (state >> 27)) * 0x94D049BB133111EB & MASK
    return state ^ (state >> 31)


def expected(seed, number, *parts):
    text = "\x1f".join(map(str, (seed, *parts)))
    key = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
    state = mixed((number * 0x9E3779B97F4A7C15 + key) & MASK)
    return (mixed(state ^ key) >> 11) / 2**53


def is_uniform(values):
    """Whether a chi-square test over 1000 bins finds nothing, at one in 100,000."""
    observed = np.bincount((values * 1000).astype(int), minlength=1000)
    return stats.chisquare(observed).pvalue > 1e-5


def are_independent(first, second):
    """Whether a chi-square test of a 30 by 30 table finds nothing, at one in 100,000."""
    table = np.bincount((first * 30).astype(int) * 30 + (second * 30).astype(int), minlength=900)
    return stats.chisquare(table).pvalue > 1e-5


@given(
    st.integers(0, 2**63 - 1),
    st.integers(-(2**63), 2**63 - 1),
    st.lists(st.one_of(st.text(st.characters(codec="utf-8")), st.integers()), max_size=3),
)
def test_it_is_splitmix64_of_the_id_under_the_key(seed, number, parts):
    assert uniform(seed, np.array([number]), *parts)[0] == expected(seed, number, *parts)


def test_numbers_of_earlier_versions_are_the_same():
    # Rows of a seed stay the same from version to version only as long as these do.
    drawn = uniform(42, np.array([0, 1, 2**40]), "dti", 0)
    assert drawn.tolist() == [0.3027308497674135, 0.29677902352176644, 0.30646802073497437]


@given(st.lists(st.integers(0, 2**62), min_size=1, max_size=50), st.randoms())
def test_an_id_has_its_number_however_the_ids_are_split_and_ordered(ids, random):
    whole = dict(zip(ids, uniform(7, np.array(ids), "grade"), strict=True))
    random.shuffle(ids)
    cut = random.randrange(len(ids) + 1)
    parts = [uniform(7, np.array(part, dtype=np.int64), "grade") for part in (ids[:cut], ids[cut:])]
    assert np.concatenate(parts).tolist() == [whole[number] for number in ids]


@pytest.mark.parametrize("seed", [0, 1, 42, 2**63 - 1])
def test_numbers_are_uniform_below_one(seed):
    drawn = uniform(seed, IDS, "dti", 3)
    assert drawn.dtype == np.float64
    assert drawn.min() >= 0
    assert drawn.max() < 1
    assert is_uniform(drawn)
    assert len(np.unique(drawn)) == N


NEIGHBOURS = {
    "the next id": (uniform(42, IDS, "dti"), uniform(42, IDS + 1, "dti")),
    "the next seed": (uniform(42, IDS, "dti"), uniform(43, IDS, "dti")),
    "another field": (uniform(42, IDS, "dti"), uniform(42, IDS, "term")),
    "the next attempt": (uniform(42, IDS, "dti", 0), uniform(42, IDS, "dti", 1)),
    "the same parts in another order": (uniform(42, IDS, 0, 1), uniform(42, IDS, 1, 0)),
}


@pytest.mark.parametrize("what", NEIGHBOURS)
def test_neighbours_are_independent(what):
    first, second = NEIGHBOURS[what]
    assert are_independent(first, second)
    assert not np.any(first == second)


def test_the_checks_find_what_is_not_random():
    steps = IDS * 0.6180339887498949 % 1
    assert is_uniform(uniform(42, IDS))
    assert not is_uniform(uniform(42, IDS) ** 1.1)
    assert not are_independent(steps, (steps + 0.6180339887498949) % 1)
    unmixed = (IDS.astype(np.uint64) * np.uint64(2**40) + stream_key(42)) / 2.0**64
    assert not is_uniform(unmixed)


def test_parts_are_parted_by_their_borders():
    keys = [stream_key(1, "ab", "c"), stream_key(1, "a", "bc"), stream_key(1, "abc")]
    keys += [
        stream_key(11),
        stream_key(1, 1),
        stream_key(1),
        stream_key(1, ""),
        stream_key(1, "", ""),
    ]
    assert len(set(keys)) == len(keys)
