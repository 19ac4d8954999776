"""The offline engine's tables: what each cell, leaf and class of leaves rests on, recounted."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from likeness.audit.findings import Tally
from likeness.offline import model
from likeness.offline.cells import as_asked
from likeness.offline.fit import with_years
from likeness.offline.splits import Split

PROFILE = "intermediate.int_engine__profile"


def audit_engine(tables: Mapping[str, pd.DataFrame], sample: pd.DataFrame, tally: Tally) -> None:
    """Recount the engine's tables (name -> frame) from the rows that it was fitted to."""
    for table, frame in tables.items():
        if "n_rows" in frame:
            shown = frame[frame["n_rows"].notna()]
            name = f"{PROFILE}:{table}"
            tally.look_at(
                name, shown, lambda row: f"row {row.name}", "n_rows prints", shown["n_rows"]
            )
    steps = model.from_tables(dict(tables))
    sample = with_years(sample, [step.name for step in steps])
    codes = [step.cells.encode(sample[step.name]) for step in steps]
    asked = np.stack([as_asked(step.cells, code) for step, code in zip(steps, codes, strict=True)])
    for position, (step, code) in enumerate(zip(steps, codes, strict=True)):
        held = np.bincount(code + 1, minlength=len(step.cells) + 1)[1:]
        cells = pd.DataFrame({"field": step.name, "cell": np.arange(len(held))})
        tally.look_at(f"{PROFILE}:engine_cells", cells, _in_words, "rests on", held)
        known = code >= 0
        _audit_splits(step, code[known], asked[: position + 1, known], tally)


def _audit_splits(step: model.Step, code: np.ndarray, asked: np.ndarray, tally: Tally) -> None:
    """Rows of each leaf, and of each half of each class of leaves (or none)."""
    table = f"{PROFILE}:engine_shares"
    for number, (level, split) in enumerate(zip(step.levels, step.splits, strict=True)):
        at, part, upper = level.sides(code)
        rows = asked[:, at]
        rows[-1] = part
        for tree in range(len(split.roots)):
            leaf = split.leaf(rows, np.full(rows.shape[1], tree))
            above = np.bincount(leaf[upper], minlength=len(split.feature))
            below = np.bincount(leaf[~upper], minlength=len(split.feature))
            _look_at_tree(table, {"field": step.name, "level": number}, split, above, below, tally)


def _look_at_tree(table: str, where: dict, split: Split, above, below, tally: Tally) -> None:
    leaves = np.flatnonzero(above + below)
    frame = pd.DataFrame({**where, "leaf": leaves})
    tally.look_at(table, frame, _in_words, "rests on", (above + below)[leaves])
    classes = split.share_class[leaves]
    for half, held in (("the upper half", above), ("the lower half", below)):
        rows = np.bincount(classes, weights=held[leaves])
        frame = pd.DataFrame({**where, "share_class": np.arange(len(rows))})
        tally.look_at(table, frame, _in_words, f"{half} rests on", rows)


def _in_words(row: pd.Series) -> str:
    return ", ".join(f"{name}={value}" for name, value in row.items())
