"""The offline engine's tables: what each bin, leaf and class of leaves rests on, recounted."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pandas as pd

from likeness.audit.findings import Tally
from likeness.audit.words import audit_words
from likeness.synthesizer import forest, model
from likeness.synthesizer.bins import as_asked
from likeness.synthesizer.fit import THREADS
from likeness.synthesizer.steps import with_parts
from likeness.synthesizer.texts.shapes import CASE, part_of
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
    names = [step.name for step in steps]
    labels = {step.name: step.bins.label[step.bins.kind == "category"] for step in steps}
    texts = [name.removesuffix(CASE) for name in names if part_of(name) == CASE]
    shared = {name: labels[name] for name in texts if name in labels}
    sample = with_parts(sample, names, shared)
    audit_words(tables["engine_texts"], sample, shared, tally)
    codes = [step.bins.encode(sample[step.name]) for step in steps]
    asked = np.stack(
        [as_asked(step.bins, code) for step, code in zip(steps, codes, strict=True)], axis=1
    )
    for position, (step, code) in enumerate(zip(steps, codes, strict=True)):
        held = np.bincount(code + 1, minlength=len(step.bins) + 1)[1:]
        bins = pd.DataFrame({"field": step.name, "bin": np.arange(len(held))})
        tally.look_at(f"{PROFILE}:engine_bins", bins, _in_words, "rests on", held)
        known = code >= 0
        if step.levels:
            _audit_splits(step, position, code[known], asked[known], tally)


def _audit_splits(
    step: model.Step, place: int, code: np.ndarray, asked: np.ndarray, tally: Tally
) -> None:
    """Rows of each leaf, and of each half of each class of leaves (or none)."""
    leaves, classes, runs = [], [], []
    trees = step.forest(place)
    counted_of = partial(_counted, step, trees, code, asked)
    with ThreadPoolExecutor(THREADS) as pool:
        counted = list(pool.map(counted_of, range(len(step.levels))))
    for number, (split, by_tree) in enumerate(zip(step.splits, counted, strict=True)):
        runs.append(_runs_of(step, number, code, asked))
        for halves in by_tree:
            leaves.append(_numbered(number, halves.sum(axis=1)))
            held = leaves[-1][1].astype(np.int64)
            known = split.share_class[held]
            for half, name in enumerate(("lower", "upper")):
                rows = np.bincount(known, weights=halves[held, half])
                classes.append((name, *_numbered(number, rows)))
    table = f"{PROFILE}:engine_shares"
    frame, rows = _frame(step.name, "leaf", [part[:3] for part in leaves])
    tally.look_at(table, frame, _in_words, "rests on", rows)
    found = pd.concat(runs, ignore_index=True)
    factors = found[["level", "part", "by", "upto"]].assign(field=step.name)
    for half in ("lower", "upper"):
        told = f"the {half} half rests on"
        tally.look_at(f"{PROFILE}:engine_factors", factors, _in_words, told, found[half])
    for half in ("lower", "upper"):
        parts = [part[1:] for part in classes if part[0] == half]
        frame, rows = _frame(step.name, "share_class", parts)
        tally.look_at(table, frame, _in_words, f"the {half} half rests on", rows)


def _counted(
    step: model.Step, trees: forest.Forest, code: np.ndarray, asked: np.ndarray, number: int
) -> list[np.ndarray]:
    """`_rows_of_halves` of each tree of a level."""
    split = step.splits[number]
    at, part, upper = step.levels[number].sides(code)
    return [
        _rows_of_halves(
            forest.leaves(trees, number, tree, asked, at, part), upper, len(split.feature)
        )
        for tree in range(len(split.roots))
    ]


def _runs_of(step: model.Step, number: int, code: np.ndarray, asked: np.ndarray) -> pd.DataFrame:
    """The runs of a level's factors with their rows in each half, `by` as places of fields."""
    factors = step.splits[number].factors
    at, part, upper = step.levels[number].sides(code)
    found = pd.DataFrame({"part": factors.part, "by": factors.feature, "upto": factors.upto})
    counted = np.zeros((len(found), 2), dtype=np.int64)
    for of, runs in found.groupby("part"):
        inside = np.flatnonzero(part == of)
        rows, half = at[inside], upper[inside]
        for place, run in runs.groupby("by"):
            codes = asked[rows, place]
            nth = np.searchsorted(run["upto"].to_numpy(), np.arange(int(codes.max(initial=0)) + 1))
            held = np.bincount(2 * nth[codes] + half, minlength=2 * len(run) + 2)
            counted[run.index] = held[: 2 * len(run)].reshape(-1, 2)
    found[["lower", "upper"]] = counted
    return found.assign(level=number)


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
