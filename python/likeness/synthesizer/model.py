"""What the engine has learned, and the tables it is published as (and read back from)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from likeness.synthesizer.bins import COLUMNS as BIN_COLUMNS
from likeness.synthesizer.bins import Bins
from likeness.synthesizer.calibration import Factors
from likeness.synthesizer.dichotomies import halve
from likeness.synthesizer.forest import Forest
from likeness.synthesizer.near import READINGS, Near, read_by
from likeness.synthesizer.trees import Split

SIGNIFICANT = 9


@dataclass
class Step:
    """One field of the sequence: its bins, a split for each level of halving, bounds by others.

    bounds: (earlier field, "at_most", "at_least" or "within_year").
    """

    name: str
    bins: Bins
    splits: list[Split]
    near: list[Near] = field(default_factory=list)
    bounds: list[tuple[str, str]] = field(default_factory=list)
    _forest: Forest | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        # Missing or not comes first: what a bound rules out must not become a missing value.
        gone = self.bins.ordinal and self.bins.bin_of("missing") == 0
        self.levels = halve(np.maximum(self.bins.n_rows, 1), first_alone=gone)

    def forest(self, place: int) -> Forest:
        """Its trees for walking; `place` is its own in the sequence."""
        if self._forest is None:
            self._forest = Forest.of(place, self.levels, self.splits, self.near)
        return self._forest


TABLES = {
    "engine_fields": {
        "step": "int64",
        "field": "str",
        "form": "str",
        "unit": "float64",
        "others": "str",
        "bounds": "str",
        "n_rows": "int64",
    },
    "engine_bins": {
        "field": "str",
        "bin": "int64",
        "kind": "str",
        "label": "str",
        "value": "float64",
        "low": "float64",
        "high": "float64",
        "shape": "float64",
        "n_rows": "int64",
    },
    "engine_rounding": {
        "field": "str",
        "range_from": "int64",
        "range_to": "int64",
        "unit": "float64",
        "share": "float64",
        "n_rows": "int64",
    },
    "engine_nodes": {
        "field": "str",
        "level": "int64",
        "tree": "int64",
        "node": "int64",
        "feature": "str",
        "reading": "str",
        "threshold": "int64",
        "left_node": "int64",
        "right_node": "int64",
        "share_class": "int64",
    },
    "engine_shares": {
        "field": "str",
        "level": "int64",
        "share_class": "int64",
        "share": "float64",
        "n_rows": "int64",
    },
    "engine_factors": {
        "field": "str",
        "level": "int64",
        "part": "int64",
        "by": "str",
        "upto": "int64",
        "factor": "float64",
        "n_rows": "int64",
    },
}
TEXTS = {
    "field": "str",
    "part": "str",
    "by": "str",
    "given": "str",
    "before": "str",
    "position": "str",
    "token": "str",
    "weight": "float64",
    "n_rows": "int64",
}


def significant(value: float, digits: int = SIGNIFICANT) -> float:
    """Round to `digits` significant digits, so that a last-bit difference is no difference."""
    return float(f"{value:.{digits}g}")


def _typed(frame: pd.DataFrame, types: dict[str, str]) -> pd.DataFrame:
    """The columns of `types`, texts as str (missing as NaN), floats rounded."""
    out = frame.reindex(columns=list(types))
    for column, kind in types.items():
        if kind == "str":
            texts = out[column].astype(object)
            out[column] = texts.where(texts.notna(), None).astype("str")
        elif kind == "float64":
            numbers = out[column].astype(float)
            out[column] = numbers.map(significant, na_action="ignore").astype(float)
        else:
            out[column] = out[column].astype(kind)
    return out


def to_tables(steps: list[Step], n_rows: int) -> dict[str, pd.DataFrame]:
    """Profile tables (table name -> frame) of the sequence; each number rests on its n_rows."""
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    names = [step.name for step in steps]
    for position, step in enumerate(steps):
        name, bins = step.name, step.bins
        head = {"step": position, "field": name, "form": bins.form, "unit": bins.unit}
        head |= {"others": "|".join(bins.others) or None, "n_rows": n_rows}
        head["bounds"] = json.dumps(step.bounds) if step.bounds else None
        parts["engine_fields"].append(pd.DataFrame([head]))
        columns = {key: getattr(bins, key) for key in BIN_COLUMNS[2:]}
        columns |= {"field": name, "bin": np.arange(len(bins))}
        parts["engine_bins"].append(pd.DataFrame(columns))
        parts["engine_rounding"].append(pd.DataFrame(bins.rounding_shares).assign(field=name))
        asked = [(name, "code") for name in names[: position + 1]]
        asked += [(names[near.place], near.reading) for near in step.near]
        named, read = np.array([*asked, (None, None)], dtype=object).T
        for level, split in enumerate(step.splits):
            at = {"field": name, "level": level}
            nodes = {
                "tree": split.tree,
                "node": np.arange(len(split.feature)),
                "feature": named[split.feature],
                "reading": read[split.feature],
                "threshold": split.threshold,
                "left_node": split.left,
                "right_node": split.right,
                "share_class": split.share_class,
            }
            parts["engine_nodes"].append(pd.DataFrame(nodes).assign(**at))
            classes = {"share": split.shares, "n_rows": split.n_rows}
            classes["share_class"] = np.arange(len(split.shares))
            parts["engine_shares"].append(pd.DataFrame(classes).assign(**at))
            factors = vars(split.factors) | {
                "by": np.array(names, dtype=object)[split.factors.feature]
            }
            parts["engine_factors"].append(pd.DataFrame(factors).assign(**at))
    return {
        name: _typed(pd.concat([pd.DataFrame(), *parts[name]], ignore_index=True), types)
        for name, types in TABLES.items()
    }


def text_table(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """`engine_texts`: what free texts are made up from."""
    known = [part for part in parts if len(part)]
    return _typed(pd.concat([pd.DataFrame(columns=list(TEXTS)), *known], ignore_index=True), TEXTS)


NODES = dict.fromkeys(
    ["tree", "feature", "threshold", "left_node", "right_node", "share_class"], np.int64
)
SHARES = {"share": float, "n_rows": np.int64}
FACTORS = {
    "part": np.int64,
    "feature": np.int64,
    "upto": np.int64,
    "factor": float,
    "n_rows": np.int64,
}
NO_FACTORS = tuple(vars(Factors.none()).values())


def from_tables(tables: dict[str, pd.DataFrame]) -> list[Step]:
    """The sequence back from its tables, whatever order their rows come in."""
    heads = list(tables["engine_fields"].sort_values("step").itertuples())
    places = pd.Index([head.field for head in heads])
    asked = pd.Categorical(tables["engine_nodes"]["feature"], categories=places).codes
    tables = {**tables, "engine_nodes": tables["engine_nodes"].assign(feature=asked)}
    parts = {name: dict(iter(tables[name].groupby("field"))) for name in TABLES}
    empty = {name: pd.DataFrame(columns=list(columns)) for name, columns in TABLES.items()}

    def part(name: str, of: str, *order: str) -> pd.DataFrame:
        found = parts[name].get(of, empty[name])
        return found.sort_values(list(order)) if order else found

    steps: list[Step] = []
    for position, head in enumerate(heads):
        name = head.field
        bins = _read_bins(head, part("engine_bins", name, "bin"))
        shares_of = part("engine_rounding", name, "range_from", "unit")
        bins.rounding_shares = shares_of.drop(columns="field").to_dict("records")
        shares = _by_level(part("engine_shares", name, "level", "share_class"), SHARES)
        nodes = part("engine_nodes", name, "level", "node")
        place = nodes["feature"].to_numpy(np.int64)
        near: list[Near] = []
        for reading in READINGS:
            is_read = (nodes["reading"] == reading).to_numpy()
            for earlier in np.unique(place[is_read]).tolist():
                table = read_by(steps[earlier].bins, bins, reading)
                place[is_read & (place == earlier)] = -2 - len(near)
                near.append(Near(earlier, reading, table))
        place = np.where(place < -1, position - 1 - place, place)
        nodes = nodes.assign(feature=place)
        odds = part("engine_factors", name)
        odds = odds.assign(feature=places.get_indexer(odds["by"]))
        factors = _by_level(odds.sort_values(["level", "part", "feature", "upto"]), FACTORS)
        splits = [
            Split(*columns, *shares[level], Factors(*factors.get(level, NO_FACTORS)))  # type: ignore[call-arg, arg-type]
            for level, columns in _by_level(nodes, NODES).items()
        ]
        bounds = json.loads(head.bounds) if isinstance(head.bounds, str) else []
        steps.append(Step(name, bins, splits, near, [(by, bound) for by, bound in bounds]))
    return steps


def _by_level(frame: pd.DataFrame, types: Mapping[str, type]) -> dict[int, tuple[np.ndarray, ...]]:
    """The columns of `types` of each level; `frame` is sorted by level."""
    levels, starts = np.unique(frame["level"].to_numpy(np.int64), return_index=True)
    columns = [np.split(frame[name].to_numpy(kind), starts[1:]) for name, kind in types.items()]
    # A field of one bin has no level, and yet np.split gives one part: an empty one.
    return dict(zip(levels.tolist(), zip(*columns, strict=True), strict=False))


def _read_bins(head: Any, frame: pd.DataFrame) -> Bins:
    return Bins(
        name=head.field,
        form=head.form,
        unit=float(head.unit),
        kind=frame["kind"].to_numpy(object),
        label=frame["label"].to_numpy(object),
        value=frame["value"].to_numpy(float),
        low=frame["low"].to_numpy(float),
        high=frame["high"].to_numpy(float),
        shape=frame["shape"].to_numpy(float),
        n_rows=frame["n_rows"].to_numpy(np.int64),
        others=tuple(head.others.split("|"))
        if isinstance(head.others, str) and head.others
        else (),
    )
