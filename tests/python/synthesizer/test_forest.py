"""Walking down trees: compiled and in NumPy the same bytes, with and without numba."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from likeness.stats import compiled
from likeness.stats.random_numbers import stream_key
from likeness.synthesizer import forest
from likeness.synthesizer.calibration import Factors, laid_out
from likeness.synthesizer.dichotomies import halve
from likeness.synthesizer.near import STEPS, Near
from likeness.synthesizer.trees import Codes, Split, fit_split

CODES = 6
# Half of them where codes lie, half around the middle of a part, as what is near is read.
THRESHOLDS = st.one_of(st.integers(0, CODES - 1), st.integers(STEPS - 4, STEPS + 4))


@st.composite
def trees(draw, features: int, classes: int) -> list[tuple[int, int, int, int, int]]:
    """Nodes of a random tree: feature, threshold, left, right, class of shares."""
    nodes: list = [None]
    waiting = [0]
    while waiting:
        node = waiting.pop()
        if len(nodes) < 40 and draw(st.booleans()):
            feature, threshold = draw(st.integers(0, features - 1)), draw(THRESHOLDS)
            nodes[node] = (feature, threshold, len(nodes), len(nodes) + 1, -1)
            waiting += [len(nodes), len(nodes) + 1]
            nodes += [None, None]
        else:
            nodes[node] = (-1, 0, -1, -1, draw(st.integers(0, classes - 1)))
    return nodes


@st.composite
def splits(draw, features: int) -> Split:
    """One to three random trees over `features` features and their shares."""
    shares = draw(st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), min_size=1, max_size=4))
    rows, first = [], 0
    for number in range(draw(st.sampled_from([1, 3]))):
        grown = draw(trees(features, len(shares)))
        for feature, threshold, left, right, share in grown:
            children = (side + first if side >= 0 else -1 for side in (left, right))
            rows.append((number, feature, threshold, *children, share))
        first += len(grown)
    return Split(*np.array(rows).T, np.array(shares), np.full(len(shares), 20))


@st.composite
def factors(draw, place: int, parts: int) -> Factors:
    """Factors of some parts by some of the `place` fields before, in one run or two."""
    rows = []
    for part in range(parts):
        for feature in range(place):
            for upto in draw(st.sampled_from([(), (CODES,), (2, CODES)])):
                rows.append((part, feature, upto, draw(st.sampled_from([0.25, 1.1, 7.0])), 40))
    if not rows:
        return Factors.none()
    part, feature, upto, factor, n_rows = (np.array(column) for column in zip(*rows, strict=True))
    return Factors(part, feature, upto, factor, n_rows)


@st.composite
def forests(draw) -> tuple[forest.Forest, np.ndarray]:
    """A random forest of a field of one to nine bins after up to four others, and codes of rows."""
    place = draw(st.integers(0, 4))
    weights = draw(st.lists(st.integers(1, 100), min_size=1, max_size=9))
    levels = halve(np.array(weights))
    near = []
    for _ in range(draw(st.integers(0, 2)) if place else 0):
        bins = draw(
            st.lists(st.integers(0, len(weights) - 1), min_size=CODES + 1, max_size=CODES + 1)
        )
        near.append(Near(draw(st.integers(0, place - 1)), "value", np.array(bins)))
    features = place + 1 + len(near)
    made_of = [draw(splits(features)) for _ in levels]
    for split, level in zip(made_of, levels, strict=True):
        split.factors = draw(factors(place, len(level.start)))
    made = forest.Forest.of(place, levels, made_of, near)
    shape = (draw(st.integers(1, 30)), place + 2)
    codes = draw(arrays.arrays(np.uint16, shape, elements=st.integers(0, CODES)))
    return made, codes


@settings(max_examples=200, deadline=None)
@given(forests(), st.integers(0, 2**32), st.booleans(), st.data())
def test_compiled_and_numpy_draw_the_same_bins(made_for, seed, bounded, data):
    made, codes = made_for
    rows = data.draw(st.permutations(range(len(codes))).map(np.array))
    rows = rows[: data.draw(st.integers(1, len(rows)))].astype(np.int64)
    ids = rows * 7919 + seed
    keys = np.array([stream_key(seed, level) for level in range(len(made.levels))], np.uint64)
    most, ends = int(made.parts[:, 2].max(initial=1)) - 1, np.zeros((2, 0), np.int64)
    missing = data.draw(st.integers(-1, most))
    if bounded:
        spans = st.tuples(st.integers(0, most), st.integers(0, most)).map(sorted)
        each = st.lists(spans, min_size=len(rows), max_size=len(rows))
        ends = np.array(data.draw(each), np.int64).T.copy()
    expected = forest.bins_by_numpy(made, codes, rows, ids, keys, *ends, missing)
    laid_out = (made.nodes, made.shares, made.roots, made.levels, made.parts)
    laid_out += (made.sources, made.tables)
    odds = (made.calibrated, made.fields, made.factors)
    given_ = (codes, rows, ids, keys, made.place, *laid_out, *ends, missing, *odds)
    drawn = compiled.required().bins(*given_)
    assert drawn.dtype == expected.dtype
    assert drawn.tolist() == expected.tolist()
    if bounded:
        inside = (drawn >= ends[0]) & (drawn <= ends[1])
        assert (inside | (drawn == missing)).all()


@settings(max_examples=100, deadline=None)
@given(forests(), st.data())
def test_compiled_and_numpy_reach_the_same_leaves(made_for, data):
    made, codes = made_for
    rows = np.arange(len(codes))
    for level, (begin, first, trees_of) in enumerate(made.levels):
        most = int(made.levels[level + 1, 0] if level + 1 < len(made.levels) else len(made.parts))
        parts = st.lists(
            st.integers(0, most - int(begin) - 1), min_size=len(rows), max_size=len(rows)
        )
        part = np.array(data.draw(parts))
        halves = made.parts[begin + part]
        for root in made.roots[first : first + trees_of]:
            at = np.full(len(rows), root)
            expected = forest.leaves_by_numpy(codes, rows, part, halves, made, at)
            scales = (begin, made.parts, made.sources, made.tables)
            reached = compiled.required().leaves(
                codes, rows, part, made.place, *scales, made.nodes, root
            )
            assert reached.tolist() == expected.tolist()
            assert (made.nodes[reached, 0] == -1).all()


def test_bins_do_not_depend_on_which_rows_are_asked_together():
    generator = np.random.default_rng(0)
    codes = generator.integers(0, CODES, (500, 3)).astype(np.uint16)
    levels = halve(np.full(7, 10))
    learned = Codes(list(codes.T))
    target = codes[:, 0] % 7
    made = []
    for level in levels:
        at, part, upper = level.sides(target)
        made.append(fit_split(learned, 3, at, part[:, None], upper, 20))
    whole = forest.Forest.of(3, levels, made)
    ids = np.arange(500) + 10**12
    together = forest.bins(whole, codes, np.arange(500), ids, 42, ("x", 0))
    assert len(set(together.tolist())) > 3
    for some in np.array_split(generator.permutation(500), 9):
        alone = forest.bins(whole, codes[some], np.arange(len(some)), ids[some], 42, ("x", 0))
        assert alone.tolist() == together[some].tolist()


WITHOUT_NUMBA = """
import sys
import numpy as np
sys.modules["numba"] = None
from likeness.stats.random_numbers import stream_key
from likeness.stats import compiled
from likeness.synthesizer import calibration, draw, forest
assert compiled.kernels() is None
made = forest.Forest(1, np.array([[0, 2, 1, 2], [-1] * 4, [-1] * 4], np.int32),
    np.array([np.nan, 0.2, 0.8]), np.array([0]), np.array([[0, 0, 1]]), np.array([[0, 1, 2, 0, 1]]),
    np.zeros(0, int), np.zeros((0, 1), np.uint16),
    *calibration.laid_out([calibration.Factors.none()], [1]))
codes = (np.arange(50) % 5).astype(np.uint16)[:, None]
print(forest.bins(made, codes, np.arange(50), np.arange(50), 1, ("a",)).tolist())
try:
    compiled.required()
except ModuleNotFoundError as error:
    print(error)
assert "llvmlite" not in sys.modules
"""


def test_without_numba_rows_are_drawn_and_learning_says_what_is_missing():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NUMBA], capture_output=True, text=True, check=True
    )
    drawn, sentence = done.stdout.splitlines()
    tree = np.array([[0, 2, 1, 2], [-1] * 4, [-1] * 4], np.int32)
    parts = np.array([[0, 1, 2, 0, 1]])
    none = np.zeros(0, int), np.zeros((0, 1), np.uint16), *laid_out([Factors.none()], [1])
    made = forest.Forest(
        1, tree, np.array([np.nan, 0.2, 0.8]), np.array([0]), np.array([[0, 0, 1]]), parts, *none
    )
    codes = (np.arange(50) % 5).astype(np.uint16)[:, None]
    here = forest.bins(made, codes, np.arange(50), np.arange(50), 1, ("a",))
    assert drawn == str(here.tolist())
    assert sentence.startswith("The engine learns with numba, which cannot be imported here")


@pytest.fixture
def own_temporary_folder(tmp_path, monkeypatch):
    """The folder for temporary files, which every process of the machine has its own of."""
    monkeypatch.setattr(compiled.tempfile, "gettempdir", lambda: str(tmp_path))
    return tmp_path


def test_compiled_code_is_kept_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv(compiled.VARIABLE, str(tmp_path / "kept"))
    assert compiled.cache_folder() == (tmp_path / "kept", "")


def test_a_folder_that_cannot_be_written_is_replaced_by_a_private_one_and_named(
    tmp_path, monkeypatch, own_temporary_folder
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(compiled.VARIABLE, str(tmp_path / "file" / "kept"))
    folder, sentence = compiled.cache_folder()
    assert folder.parent == own_temporary_folder
    assert folder.stat().st_mode & 0o077 == 0
    assert str(tmp_path / "file" / "kept") in sentence
    assert str(folder) in sentence
    assert compiled.VARIABLE in sentence


def test_a_temporary_folder_that_others_can_write_is_refused(
    tmp_path, monkeypatch, own_temporary_folder
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(compiled.VARIABLE, str(tmp_path / "file" / "kept"))
    folder, _ = compiled.cache_folder()
    folder.chmod(0o777)
    with pytest.raises(OSError, match=compiled.VARIABLE) as refused:
        compiled.cache_folder()
    assert "\n" not in str(refused.value)


def test_loops_are_compiled_into_the_folder_that_the_environment_names(tmp_path):
    code = "from likeness.stats import compiled; compiled.required()"
    environment = compiled.os.environ | {compiled.VARIABLE: str(tmp_path / "kept")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list((tmp_path / "kept").rglob("kernels.grow-*.nbc"))
