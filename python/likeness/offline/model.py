"""What the engine has learned, and the tables it is published as (and read back from)."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from likeness.offline.cells import COLUMNS as CELL_COLUMNS
from likeness.offline.cells import Cells
from likeness.offline.leaves import Leaves, expand
from likeness.offline.votes import Vote

SIGNIFICANT = 9
YEAR = ":year"  # a date is drawn in two steps, `name:year` and `name`


@dataclass
class Step:
    """One field of the chain: cells, first guess, votes, and bounds by earlier fields.

    bounds: (earlier field, "at_most", "at_least" or "within_year").
    """

    name: str
    cells: Cells
    leaves: Leaves
    votes: list[Vote]
    bounds: list[tuple[str, str]] = field(default_factory=list)


def significant(value: float, digits: int = SIGNIFICANT) -> float:
    """Round to `digits` significant digits, so that a last-bit difference is no difference."""
    return float(f"{value:.{digits}g}")


def _frame(rows: list[dict], columns: tuple[str, ...], texts: tuple[str, ...]) -> pd.DataFrame:
    out = pd.DataFrame(rows, columns=list(columns))
    for column in columns:
        if column in texts:
            out[column] = out[column].astype(object).where(out[column].notna(), None).astype("str")
        else:
            numbers = out[column].astype(float)
            if (
                numbers.notna().all()
                and (numbers == np.round(numbers)).all()
                and column in INTEGERS
            ):
                out[column] = numbers.astype("int64")
            else:
                out[column] = numbers.map(significant, na_action="ignore").astype(float)
    return out


INTEGERS = {
    *("step", "cell", "node", "threshold", "left_node", "right_node", "leaf", "cell_from"),
    *("cell_to", "pool", "vote", "level", "equality", "n_rows", "range_from", "range_to"),
}
TABLES = {
    "engine_fields": ("step", "field", "form", "unit", "others", "n_rows"),
    "engine_cells": CELL_COLUMNS,
    "engine_heaps": ("field", "range_from", "range_to", "unit", "share", "n_rows"),
    "engine_nodes": (
        *("field", "node", "feature", "threshold", "left_node", "right_node", "leaf"),
    ),
    "engine_leaves": ("field", "leaf", "cell_from", "cell_to", "pool", "share", "n_rows"),
    "engine_questions": ("field", "vote", "level", "feature", "threshold", "equality"),
    "engine_votes": ("field", "vote", "leaf", "value", "n_rows"),
    "engine_bounds": ("field", "bound", "by", "n_rows"),
}
TEXTS = ("field", "form", "others", "kind", "label", "feature", "bound", "by")


def to_tables(steps: list[Step], n_rows: int) -> dict[str, pd.DataFrame]:
    """Profile tables (table name -> frame) of the chain; each number rests on its n_rows."""
    rows = {name: [] for name in TABLES}
    for position, step in enumerate(steps):
        name, cells, leaves = step.name, step.cells, step.leaves
        rows["engine_fields"].append(
            {
                "step": position,
                "field": name,
                "form": cells.form,
                "unit": cells.unit,
                "others": "|".join(cells.others) or None,
                "n_rows": n_rows,
            }
        )
        for i in range(len(cells)):
            cell = {key: getattr(cells, key)[i] for key in CELL_COLUMNS[2:]}
            rows["engine_cells"].append({"field": name, "cell": i, **cell})
        rows["engine_heaps"].extend({"field": name, **heap} for heap in cells.heaps)
        for i, feature in enumerate(leaves.feature):
            rows["engine_nodes"].append(
                {
                    "field": name,
                    "node": i,
                    "feature": leaves.features[feature] if feature >= 0 else None,
                    "threshold": leaves.threshold[i],
                    "left_node": leaves.left[i],
                    "right_node": leaves.right[i],
                    "leaf": leaves.leaf[i],
                }
            )
        rows["engine_leaves"].extend({"field": name, **group} for group in leaves.groups)
        for v, vote in enumerate(step.votes):
            for level, (feature, threshold, equal) in enumerate(vote.questions):
                question = {"feature": feature, "threshold": threshold, "equality": int(equal)}
                rows["engine_questions"].append(
                    {"field": name, "vote": v, "level": level, **question}
                )
            for leaf, (value, n) in enumerate(zip(vote.values, vote.n_rows, strict=True)):
                rows["engine_votes"].append(
                    {"field": name, "vote": v, "leaf": leaf, "value": value, "n_rows": n}
                )
        for by, bound in step.bounds:
            rows["engine_bounds"].append(
                {"field": name, "bound": bound, "by": by, "n_rows": n_rows}
            )
    return {name: _frame(rows[name], columns, TEXTS) for name, columns in TABLES.items()}


def from_tables(tables: dict[str, pd.DataFrame]) -> list[Step]:
    """The chain back from its tables, whatever order their rows come in."""
    parts = {name: dict(iter(tables[name].groupby("field"))) for name in TABLES}
    empty = {name: pd.DataFrame(columns=list(columns)) for name, columns in TABLES.items()}

    def part(name: str, of: str, *order: str) -> pd.DataFrame:
        return parts[name].get(of, empty[name]).sort_values(list(order))

    steps = []
    for head in tables["engine_fields"].sort_values("step").itertuples():
        name = head.field
        cells = _read_cells(head, part("engine_cells", name, "cell"))
        heaps = part("engine_heaps", name, "range_from", "unit")
        cells.heaps = heaps.drop(columns="field").to_dict("records")
        nodes = part("engine_nodes", name, "node")
        features = sorted({v for v in nodes["feature"] if isinstance(v, str)})
        at = {v: i for i, v in enumerate(features)}
        groups = part("engine_leaves", name, "leaf", "cell_from").drop(columns="field")
        records = [
            {**g, **{k: int(g[k]) for k in ("leaf", "cell_from", "cell_to", "pool")}}
            for g in groups.to_dict("records")
        ]
        weights = np.maximum(cells.n_rows, 1).astype(float)
        leaves = Leaves(
            features,
            np.array([at.get(v, -1) for v in nodes["feature"]], dtype=np.int64),
            nodes["threshold"].to_numpy(np.int64),
            nodes["left_node"].to_numpy(np.int64),
            nodes["right_node"].to_numpy(np.int64),
            nodes["leaf"].to_numpy(np.int64),
            records,
            expand(records, weights),
        )
        questions = part("engine_questions", name, "vote", "level")
        values = part("engine_votes", name, "vote", "leaf")
        asked = dict(iter(questions.groupby("vote")))
        votes = [
            Vote(
                [(q.feature, int(q.threshold), bool(q.equality)) for q in asked[v].itertuples()],
                leaf["value"].to_numpy(float),
                leaf["n_rows"].to_numpy(np.int64),
            )
            for v, leaf in values.groupby("vote")
        ]
        bounds = part("engine_bounds", name, "by")
        steps.append(
            Step(name, cells, leaves, votes, list(zip(bounds["by"], bounds["bound"], strict=True)))
        )
    return steps


def _read_cells(head, frame: pd.DataFrame) -> Cells:
    return Cells(
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
