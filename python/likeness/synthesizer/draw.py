"""Draw rows from the profile tables: no state, no BLAS, the same bytes however ids are split."""

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from likeness.schema.fields import Field
from likeness.synthesizer import addresses, bounds, calendar, decode, forest, identifiers
from likeness.synthesizer.bins import CODE, as_asked, as_text
from likeness.synthesizer.model import TEXTS, Step, from_tables
from likeness.synthesizer.steps import steps_of
from likeness.synthesizer.texts import make, shapes

BATCH = 50_000
ATTEMPTS = 20
_PLACEHOLDER = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Prepared:
    """A profile read from its tables, for several draws.

    steps: the fields in their order; learned: what free texts are made up from, by field.
    """

    steps: list[Step]
    learned: Mapping[str, make.Learned]


def prepared(profile: dict[str, pd.DataFrame]) -> Prepared:
    """The profile tables (name -> frame), read once."""
    steps = from_tables(profile)
    learned = {
        name: make.Learned(part, _firsts(steps, name))
        for name, part in profile["engine_texts"].groupby("field")
    }
    return Prepared(steps, learned)


def draw(
    ids: np.ndarray,
    profile: dict[str, pd.DataFrame] | Prepared,
    *,
    fields: Sequence[Field],
    seed: int,
    given: pd.DataFrame | None = None,
    formula: dict[str, Callable[[pd.DataFrame], pd.Series]] | None = None,
    check: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
    rule_columns: dict[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Typed rows for `ids` (int64), one per id, with the columns of all fields and of `given`.

    given: one row per id, columns fixed beforehand (None: all are drawn). formula: field ->
    function of the rows drawn so far. check: rows -> booleans, one column per enforced rule, True =
    kept; rows that break one are drawn again from the last field that the rule names,
    and if that does not help as whole rows.
    """
    ids = np.asarray(ids, dtype=np.int64)
    read = profile if isinstance(profile, Prepared) else prepared(profile)
    parts = []
    # Batches of about BATCH rows: each costs something of its own, however few rows it has.
    edges = np.linspace(0, len(ids), max(round(len(ids) / BATCH), 1) + 1).astype(int).tolist()
    for span in itertools.starmap(slice, itertools.pairwise(edges)):
        fixed = None if given is None else given.iloc[span].reset_index(drop=True)
        batch = _Batch(read.steps, ids[span], seed, fixed, formula or {}, fields)
        parts.append(_with_texts(batch.rows(check, rule_columns or {}), batch, read.learned))
    return pd.concat(parts, ignore_index=True)


def _firsts(steps: Iterable[Step], name: str) -> list[str]:
    """The first words of the texts of field `name` that are categories."""
    bins = next((step.bins for step in steps if step.name == name + shapes.FIRST), None)
    return [] if bins is None else bins.label[bins.kind == "category"].tolist()


def _with_texts(
    frame: pd.DataFrame, batch: "_Batch", learned: Mapping[str, make.Learned]
) -> pd.DataFrame:
    """The same rows with made-up texts where a free text is shared by too few, and addresses."""
    nothing = make.Learned(pd.DataFrame(columns=list(TEXTS)))
    for field in batch.fields.values():
        if field.kind == "identifier":
            made = identifiers.made_identifiers(field, batch.seed, batch.ids)
            if field.name in frame:
                made[frame[field.name].isna().to_numpy()] = None
            frame[field.name] = made
        if field.kind != "free_text":
            continue
        known = learned.get(field.name, nothing)
        if field.parts:
            names = [n for n in _PLACEHOLDER.findall(field.format) if n in frame.columns]
            columns = {n: frame[n].to_numpy(object) for n in names}
            frame[field.name] = addresses.addresses(
                field.format, columns, batch.seed, batch.ids, known.of_part(addresses.FORM)
            )
            continue
        at = np.flatnonzero((frame[field.name] == decode.OTHER).to_numpy())
        if len(at):
            made = frame[field.name].to_numpy(object, copy=True)
            shape = batch.shapes(field.name, at, known.by)
            made[at] = make.make(known, shape, batch.seed, batch.ids[at], field.name)
            frame[field.name] = _short(made, field.max_length)
    listed = [name for name in batch.fields if name in frame.columns]
    return frame[[*listed, *(c for c in frame.columns if c not in batch.fields)]]


def _short(texts: np.ndarray, most: int | None) -> np.ndarray:
    """Texts of at most `most` characters."""
    cut = [text[:most].strip() if isinstance(text, str) else text for text in texts]
    return np.array(cut, dtype=object)


def _named(words: np.ndarray) -> np.ndarray:
    """First words, None where one is made up."""
    return np.array([None if word == decode.OTHER else word for word in words], dtype=object)


class _Batch:
    """Rows of one batch, field by field."""

    def __init__(
        self,
        steps: list[Step],
        ids: np.ndarray,
        seed: int,
        given: pd.DataFrame | None,
        formula: Mapping[str, Callable[[pd.DataFrame], Any]],
        fields: Iterable[Field],
    ) -> None:
        self.steps, self.ids, self.seed = steps, ids, seed
        self.names = [step.name for step in steps]
        self.places = {name: place for place, name in enumerate(self.names)}
        self.given = pd.DataFrame(index=range(len(ids))) if given is None else given
        self.formula, self.fields = formula, {field.name: field for field in fields}
        self.field_of = {step: field.name for field in fields for step in steps_of(field)}
        self.of_text = {step: field.name for field in fields for step in shapes.steps_of(field)}
        # Where a column is drawn again: a month alone, but of a day its week too.
        self.position = {
            self.field_of.get(name, name): i for i, name in reversed(list(enumerate(self.names)))
        } | {name: i for i, name in enumerate(self.names)}
        self.codes = np.zeros((len(ids), len(steps)), dtype=CODE)
        self.columns: dict[str, np.ndarray] = {}
        self.attempts = {step.name: np.zeros(len(ids), dtype=np.int64) for step in steps}

    def rows(
        self,
        check: Callable[[pd.DataFrame], pd.DataFrame] | None,
        rule_columns: Mapping[str, Sequence[str]],
    ) -> pd.DataFrame:
        everyone = np.arange(len(self.ids))
        for step in self.steps:
            self._draw(step, everyone)
        if check is not None:
            self._mend(check, rule_columns, everyone)
        return self._frame(everyone)

    def _mend(
        self,
        check: Callable[[pd.DataFrame], pd.DataFrame],
        rule_columns: Mapping[str, Sequence[str]],
        rows: np.ndarray,
    ) -> None:
        """Draw the rows that break a rule again, as long as attempts are left."""
        for attempt in range(ATTEMPTS):
            kept = check(self._frame(rows))
            whole = attempt >= ATTEMPTS // 2
            redo: dict[int, set] = {}
            for rule in kept.columns:
                broken = rows[~kept[rule].to_numpy(bool)]
                columns = rule_columns.get(rule, ())
                named = [self.position[c] for c in columns if c in self.position]
                free = [p for p in named if self.names[p] not in self.given.columns]
                if len(broken) and free:
                    redo.setdefault(0 if whole else max(free), set()).update(broken.tolist())
            if not redo:
                return
            pending: set = set()
            for position, step in enumerate(self.steps):
                here = redo.get(position, set())
                pending |= here
                self.attempts[step.name][sorted(pending if whole else here)] += 1
                if pending:
                    self._draw(step, np.array(sorted(pending)))
            rows = np.array(sorted(pending))

    def _draw(self, step: Step, at: np.ndarray) -> None:
        """Draw one field for the rows `at`, given what is drawn before it."""
        name, bins = step.name, step.bins
        if name in self.given.columns:
            if name not in self.columns:
                place = self.places[name]
                self.codes[:, place] = as_asked(bins, bins.encode(self.given[name]))
                self.columns[name] = self.given[name].to_numpy(object)
            return
        if name not in self.columns:
            self.columns[name] = np.empty(len(self.ids), dtype=float if bins.ordinal else object)
        if name in self.of_text:  # only a text that is made up has a shape
            self.codes[at, self.places[name]] = int(bins.n_rows.argmax())
            at = at[self.columns[self.of_text[name]][at] == decode.OTHER]
        for attempt in np.unique(self.attempts[name][at]):
            some = at[self.attempts[name][at] == attempt]
            self._draw_attempt(step, some, int(attempt))

    def _draw_attempt(self, step: Step, at: np.ndarray, attempt: int) -> None:
        name, bins, ids = step.name, step.bins, self.ids[at]
        key = (name, attempt)
        limits = {by: self.columns[by][at] for by, _ in step.bounds}
        place = self.places[name]
        code = forest.bins(
            step.forest(place),
            self.codes,
            at,
            ids,
            self.seed,
            key,
            bounds.bins_within(bins, step.bounds, limits) if step.bounds else None,
            bins.bin_of("missing"),
        )
        if bins.ordinal:
            value = decode.numbers(bins, code, self.seed, ids, *key)
            value = bounds.bent(value, step.bounds, limits)
            value = np.where(bins.kind[code] == "missing", np.nan, value)
            if step.bounds:
                again = bins.encode(pd.Series(value))
                code = np.where(again < 0, code, again).astype(CODE)
        else:
            value = decode.texts(bins, code, self.seed, ids, *key)
        self.codes[at, place] = code
        self.columns[name][at] = value

    def shapes(self, name: str, at: np.ndarray, by: str) -> make.Shapes:
        """The shapes of the texts of field `name` in the rows `at`; a word where none is known.

        by: the category that words are given, or ''.
        """

        def column(part: str, default: object) -> np.ndarray:
            drawn = self.columns.get(name + part)
            return np.full(len(at), default) if drawn is None else drawn[at]

        group = as_text(pd.Series(self.columns[by][at])) if by in self.columns else None
        return make.Shapes(
            words=column(shapes.WORDS, 1.0),
            case=column(shapes.CASE, shapes.LOWER),
            first=_named(column(shapes.FIRST, None)),
            length=column(shapes.LENGTH, 8.0),
            group=np.full(len(at), None) if group is None else group.to_numpy(object),
        )

    def _frame(self, at: np.ndarray) -> pd.DataFrame:
        steps = (step for step in self.columns if step not in self.of_text)
        names = dict.fromkeys(self.field_of.get(step, step) for step in steps)
        frame = pd.DataFrame({name: self._typed(name, at) for name in names})
        for name, compute in self.formula.items():
            frame[name] = compute(frame).to_numpy()
        return frame

    def _typed(self, name: str, at: np.ndarray) -> pd.Series:
        field = self.fields.get(name)
        if field is not None and field.calendar and name not in self.given.columns:
            parts = {step: self.columns[step][at] for step in calendar.steps_of(field)}
            return calendar.composed(field, parts)
        column = self.columns[name][at]
        if field is None or name in self.given.columns:
            return pd.Series(column, dtype=object)
        if field.type == "integer":
            return pd.Series(pd.to_numeric(pd.Series(column, dtype=object))).astype("Int64")
        if field.type == "double":
            return pd.Series(decode.without_noise(column.astype(float), field.decimals or 0))
        return pd.Series(column, dtype=object)
