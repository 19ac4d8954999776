"""The engine's trees beside scikit-learn's, and walking down them compiled and in NumPy.

`python benchmarks/bench_trees.py [ROWS ...]`: seconds and ratios of one thread, in one run.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "python"))

from sklearn.tree import DecisionTreeClassifier  # noqa: E402

from likeness.stats import compiled  # noqa: E402
from likeness.stats.random_numbers import stream_key  # noqa: E402
from likeness.synthesizer import trees  # noqa: E402
from likeness.synthesizer.dichotomies import halve  # noqa: E402
from likeness.synthesizer.forest import Forest, bins, bins_by_numpy  # noqa: E402

ROWS = (13_000, 100_000, 260_000)
FEATURES, BINS, MIN_CELL_ROWS = 18, 60, 20


def taken(work: Callable) -> tuple[float, object]:
    """Seconds and result of one call."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def made_codes(rows: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Codes of the earlier fields, and those of a field that depends on some of them."""
    generator = np.random.default_rng(0)
    columns = np.minimum(generator.gamma(2, 8, (FEATURES, rows)), 200).astype(np.uint16)
    score = columns[0] / 20 + columns[3] * columns[5] / 600 + columns[7] / 40
    ranks = np.argsort(np.argsort(score + generator.normal(0, 1.5, rows)))
    return list(columns), ranks * BINS // rows


def by_scikit(codes: trees.Codes, rows: np.ndarray, part: np.ndarray, upper: np.ndarray) -> list:
    """As many trees as `fit_split` grows, by the same rules."""
    x = np.column_stack([codes.in_runs[rows], part]).astype(np.float32)
    least = max(trees.LEAF * MIN_CELL_ROWS, len(rows) // trees.MAX_LEAVES)
    return [
        DecisionTreeClassifier(
            criterion="entropy",
            min_samples_leaf=least,
            max_features=trees.FEATURES,
            random_state=number,
        ).fit(x, upper)
        for number in range(trees.TREES)
    ]


def measure(rows: int) -> None:
    """Print one line: all levels of one field, learned and drawn."""
    columns, target = made_codes(rows)
    names = [f"f{i}" for i in range(FEATURES + 1)]
    levels = halve(np.bincount(target))
    prepared, codes = taken(lambda: trees.Codes(columns))
    sides = [level.sides(target) for level in levels]
    ours, splits = taken(
        lambda: [trees.fit_split(names, codes, *side, MIN_CELL_ROWS) for side in sides]
    )
    theirs, _ = taken(lambda: [by_scikit(codes, *side) for side in sides])
    forest = Forest.of(FEATURES, levels, splits)
    matrix, everyone = np.stack(columns, axis=1), np.arange(rows)
    walked, drawn = taken(lambda: bins(forest, matrix, everyone, everyone, 1, ("x",)))
    keys = np.array([stream_key(1, "x", level) for level in range(len(levels))], np.uint64)
    none = np.zeros(0, np.int64)
    in_numpy, again = taken(
        lambda: bins_by_numpy(forest, matrix, everyone, everyone, keys, none, none, -1)
    )
    if drawn.tolist() != again.tolist():
        raise SystemExit("compiled and NumPy draw different bins")
    ours += prepared
    print(
        f"{rows:>9,} rows: learned in {ours:.2f} s, scikit-learn {theirs:.2f} s "
        f"({theirs / ours:.1f} times); drawn in {walked:.2f} s, NumPy {in_numpy:.2f} s "
        f"({in_numpy / walked:.1f} times)",
        flush=True,
    )


if __name__ == "__main__":
    compiled.required()
    for n in [int(argument) for argument in sys.argv[1:]] or ROWS:
        measure(n)
