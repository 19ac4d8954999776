"""The offline engine's tables: what each bin, leaf and class of leaves rests on, recounted."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from likeness.audit.findings import Tally
from likeness.synthesizer import model
from likeness.synthesizer.bins import as_asked
from likeness.synthesizer.calendar import with_parts
from likeness.warehouse import packing

PROFILE = "intermediate.int_engine__profile"


def findings_of(packed: pd.DataFrame, sample: pd.DataFrame, min_cell_rows: int) -> pd.DataFrame:
    """`audit_engine` of a packed profile: one row per finding, as of `Tally.frame`."""
    tally = Tally(min_cell_rows)
    audit_engine(packing.unpack(packed), sample, tally)
    return tally.frame()


def audit_engine(tables: Mapping[str, pd.DataFrame], sample: pd.DataFrame, tally: Tally) -> None:
    """Recount the engine's tables (name -> frame) from the rows that it was fitted to."""
    for table, frame in tables.items():
        if "n_rows" in frame:
            shown = frame[frame["n_rows"].notna()]
            name = f"{PROFILE}:{table}"
            tally.look_at(
                name, shown, lambda row: f"row {row.name}", "n_rows prints", shown["n_rows"]
            )
    if not tables:
        return
    steps = model.from_tables(dict(tables))
    sample = with_parts(sample, [step.name for step in steps])
    codes = [step.bins.encode(sample[step.name]) for step in steps]
    asked = np.stack([as_asked(step.bins, code) for step, code in zip(steps, codes, strict=True)])
    for position, (step, code) in enumerate(zip(steps, codes, strict=True)):
        held = np.bincount(code + 1, minlength=len(step.bins) + 1)[1:]
        bins = pd.DataFrame({"field": step.name, "bin": np.arange(len(held))})
        tally.look_at(f"{PROFILE}:engine_bins", bins, _in_words, "rests on", held)
        known = code >= 0
        if step.levels:
            _audit_splits(step, code[known], asked[: position + 1, known], tally)


def _audit_splits(step: model.Step, code: np.ndarray, asked: np.ndarray, tally: Tally) -> None:
    """Rows of each leaf, and of each half of each class of leaves (or none)."""
    leaves, classes = [], []
    for number, (level, split) in enumerate(zip(step.levels, step.splits, strict=True)):
        at, part, upper = level.sides(code)
        rows = asked[:, at]
        rows[-1] = part
        for tree in range(len(split.roots)):
            leaf = split.leaf(rows, np.full(rows.shape[1], tree))
            halves = _rows_of_halves(leaf, upper, len(split.feature))
            leaves.append(_numbered(number, halves.sum(axis=1)))
            held = leaves[-1][1].astype(np.int64)
            known = split.share_class[held]
            for half, name in enumerate(("lower", "upper")):
                counted = np.bincount(known, weights=halves[held, half])
                classes.append((name, *_numbered(number, counted)))
    table = f"{PROFILE}:engine_shares"
    frame, rows = _frame(step.name, "leaf", [part[:3] for part in leaves])
    tally.look_at(table, frame, _in_words, "rests on", rows)
    for half in ("lower", "upper"):
        parts = [part[1:] for part in classes if part[0] == half]
        frame, rows = _frame(step.name, "share_class", parts)
        tally.look_at(table, frame, _in_words, f"the {half} half rests on", rows)


def _rows_of_halves(leaf: np.ndarray, upper: np.ndarray, nodes: int) -> np.ndarray:
    """Rows (nodes, 2) of each leaf in the lower and in the upper half."""
    return np.bincount(2 * leaf + upper, minlength=2 * nodes).reshape(nodes, 2)


def _numbered(level: int, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    held = np.flatnonzero(rows)
    return np.full(len(held), level), held, rows[held]


def _frame(field: str, name: str, parts: list) -> tuple[pd.DataFrame, np.ndarray]:
    levels, places, rows = (np.concatenate(part) for part in zip(*parts, strict=True))
    return pd.DataFrame({"field": field, "level": levels, name: places}), rows


def _in_words(row: pd.Series) -> str:
    return ", ".join(f"{name}={value}" for name, value in row.items())
