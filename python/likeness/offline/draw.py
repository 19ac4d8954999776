"""Draw rows from the profile tables: no state, no BLAS, the same bytes however ids are split."""

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from likeness.fields import Field
from likeness.offline import text, values
from likeness.offline.model import YEAR, Step, from_tables
from likeness.offline.votes import tally
from likeness.rand import uniform

CANDIDATES = 8
BATCH = 20_000
ATTEMPTS = 20
_PLACEHOLDER = re.compile(r"{(\w+)}")


def draw(
    ids: np.ndarray,
    profile: dict[str, pd.DataFrame],
    *,
    fields: Sequence[Field],
    seed: int,
    given: pd.DataFrame | None = None,
    formula: dict[str, Callable[[pd.DataFrame], pd.Series]] | None = None,
    texts: dict[str, str] | None = None,
    check: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
    rule_columns: dict[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Typed rows for `ids` (int64), one per id, with the columns of all fields and of `given`.

    given: one row per id, columns fixed beforehand (None: all are drawn). formula: field ->
    function of the rows drawn so far. texts: free-text field -> `job`, or `field:x` to compose the
    text from the words of field x. check: rows -> booleans, one column per enforced rule, True =
    kept; rows that break one are drawn again from the last field in the chain that the rule
    names.
    """
    ids = np.asarray(ids, dtype=np.int64)
    steps = from_tables(profile)
    parts = []
    for start in range(0, max(len(ids), 1), BATCH):
        span = slice(start, start + BATCH)
        fixed = None if given is None else given.iloc[span].reset_index(drop=True)
        batch = _Batch(steps, ids[span], seed, fixed, formula or {}, fields)
        parts.append(
            _with_texts(batch.rows(check, rule_columns or {}), batch, profile, texts or {})
        )
    return pd.concat(parts, ignore_index=True)


def _with_texts(frame, batch, profile, makers) -> pd.DataFrame:
    """The same rows with made-up texts where a free text is shared by too few, and addresses."""
    for field in batch.fields.values():
        if field.kind != "free_text":
            continue
        if "{state}" in field.format:
            names = [n for n in _PLACEHOLDER.findall(field.format) if n in frame.columns]
            columns = {n: frame[n].to_numpy(object) for n in names}
            shares = profile["engine_address_forms"]
            frame[field.name] = text.addresses(field.format, columns, batch.seed, batch.ids, shares)
            continue
        at = np.flatnonzero((frame[field.name] == values.OTHER).to_numpy())
        maker = makers.get(field.name, "job")
        source = maker.removeprefix(text.FROM_FIELD)
        words = frame[source].to_numpy(object)[at] if source in frame.columns else None
        made = frame[field.name].to_numpy(object, copy=True)
        made[at] = text.make_texts(
            maker, batch.seed, batch.ids[at], field.name, words, field.max_length or 80
        )
        frame[field.name] = made
    listed = [name for name in batch.fields if name in frame.columns]
    return frame[[*listed, *(c for c in frame.columns if c not in batch.fields)]]


class _Batch:
    """Rows of one batch, field by field."""

    def __init__(self, steps, ids, seed, given, formula, fields):
        self.steps, self.ids, self.seed = steps, ids, seed
        self.given = pd.DataFrame(index=range(len(ids))) if given is None else given
        self.formula, self.fields = formula, {field.name: field for field in fields}
        self.codes: dict[str, np.ndarray] = {}
        self.columns: dict[str, np.ndarray] = {}
        self.attempts = {step.name: np.zeros(len(ids), dtype=np.int64) for step in steps}

    def rows(self, check, rule_columns) -> pd.DataFrame:
        everyone = np.arange(len(self.ids))
        for step in self.steps:
            self._draw(step, everyone)
        frame = self._frame()
        if check is None:
            return frame
        place = {step.name: i for i, step in enumerate(self.steps)}
        for _ in range(ATTEMPTS):
            kept = check(frame)
            redo: dict[int, set] = {}
            for rule in kept.columns:
                broken = np.flatnonzero(~kept[rule].to_numpy(bool))
                named = [place[c] for c in rule_columns.get(rule, ()) if c in place]
                free = [p for p in named if self.steps[p].name not in self.given.columns]
                if len(broken) and free:
                    redo.setdefault(max(free), set()).update(broken.tolist())
            if not redo:
                break
            pending: set = set()
            for position, step in enumerate(self.steps):
                here = redo.get(position, set())
                self.attempts[step.name][sorted(here)] += 1
                pending |= here
                if pending:
                    self._draw(step, np.array(sorted(pending)))
            frame = self._frame()
        return frame

    def _draw(self, step: Step, at: np.ndarray) -> None:
        """Draw one field for the rows `at`, given what is drawn before it."""
        name, cells = step.name, step.cells
        if name in self.given.columns:
            if name not in self.codes:
                codes = cells.encode(self.given[name])
                common = int(cells.n_rows.argmax())
                self.codes[name] = np.where(codes < 0, common, codes).astype(np.uint8)
                self.columns[name] = self.given[name].to_numpy(object)
            return
        if name not in self.codes:
            self.codes[name] = np.zeros(len(self.ids), dtype=np.uint8)
            self.columns[name] = np.empty(len(self.ids), dtype=float if cells.ordinal else object)
        for attempt in np.unique(self.attempts[name][at]):
            some = at[self.attempts[name][at] == attempt]
            self._draw_attempt(step, some, int(attempt))

    def _draw_attempt(self, step: Step, at: np.ndarray, attempt: int) -> None:
        name, cells, ids = step.name, step.cells, self.ids[at]
        key = (name, attempt)
        before = {other: self.codes[other][at] for other in self.codes if other != name}
        leaf = step.leaves.apply(before, len(at))
        if not step.votes and not step.bounds:
            code = step.leaves.pick(leaf, uniform(self.seed, ids, *key, 0))
        else:
            u = np.stack([uniform(self.seed, ids, *key, c) for c in range(CANDIDATES)])
            codes = step.leaves.pick(leaf, u)
            shape = codes.shape
            weights = tally(step.votes, before | {name: codes}, shape)
            weights = np.exp(weights - weights.max(axis=0))
            for c in range(CANDIDATES if step.bounds else 0):
                weights[c] *= self._inside(step, codes[c], at, ids, key)
            cdf = np.cumsum(weights, axis=0)
            pick = uniform(self.seed, ids, *key, "pick") * cdf[-1]
            chosen = np.minimum((cdf <= pick).sum(axis=0), CANDIDATES - 1)
            code = codes[chosen, np.arange(len(at))]
        if cells.ordinal:
            value = values.numbers(cells, code, self.seed, ids, *key)
            value = np.where(cells.kind[code] == "missing", np.nan, self._bent(step, value, at))
            if step.bounds:
                again = cells.encode(pd.Series(value))
                code = np.where(again < 0, code, again).astype(np.uint8)
        else:
            value = values.texts(cells, code, self.seed, ids, *key)
        self.codes[name][at] = code
        self.columns[name][at] = value

    def _inside(self, step: Step, codes, at, ids, key) -> np.ndarray:
        """Whether candidates keep the step's bounds (missing ones do)."""
        value = values.numbers(step.cells, codes, self.seed, ids, *key)
        good = np.ones(len(at), dtype=bool)
        for by, bound in step.bounds:
            limit = self.columns[by][at]
            if bound == "within_year":
                good &= ~(np.floor(value / 12) != limit)
            else:
                good &= ~(value > limit) if bound == "at_most" else ~(value < limit)
        return good

    def _bent(self, step: Step, value: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Values moved to their bound where no candidate kept it."""
        for by, bound in step.bounds:
            limit = self.columns[by][at]
            if bound == "within_year":
                value = np.clip(value, 12 * limit, 12 * limit + 11)
            else:
                value = np.fmin(value, limit) if bound == "at_most" else np.fmax(value, limit)
        return value

    def _frame(self) -> pd.DataFrame:
        frame = pd.DataFrame({n: self._typed(n) for n in self.columns if not n.endswith(YEAR)})
        for name, compute in self.formula.items():
            frame[name] = compute(frame).to_numpy()
        return frame

    def _typed(self, name: str) -> pd.Series:
        column, field = self.columns[name], self.fields.get(name)
        if field is None or name in self.given.columns:
            return pd.Series(column, dtype=object)
        if field.kind == "date":
            months = pd.Series(column)
            year = np.floor(months / 12)
            text = (
                year.map("{:04.0f}".format) + "-" + (months - 12 * year + 1).map("{:02.0f}".format)
            )
            return pd.to_datetime(text.where(months.notna()))
        if field.type == "integer":
            return pd.Series(pd.to_numeric(pd.Series(column, dtype=object))).astype("Int64")
        if field.type == "double":
            return pd.Series(np.round(column.astype(float), field.decimals))
        return pd.Series(column, dtype=object)
