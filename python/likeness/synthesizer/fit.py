"""Learn the sequence: each field given the ones before it, from train rows to aggregates."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from likeness.schema.fields import NUMBER_KINDS, WORDS_OF, Field
from likeness.synthesizer import addresses, calendar, rounding
from likeness.synthesizer import bins as bin_module
from likeness.synthesizer.association import closest_feature, coarse
from likeness.synthesizer.bins import Bins, as_asked, as_number, as_text
from likeness.synthesizer.dichotomies import Level
from likeness.synthesizer.model import Step, text_table, to_tables
from likeness.synthesizer.near import closest, relative
from likeness.synthesizer.steps import expanded, steps_of, with_parts
from likeness.synthesizer.texts import learn as words
from likeness.synthesizer.texts import shapes
from likeness.synthesizer.trees import Codes, Split, fit_split

THREADS = 2
MOST_GROUPS = 50  # categories that words are learned by
CLOCK_DECIMALS = 3  # times of day are learned to the millisecond


def fit(
    train: pd.DataFrame,
    fields: Sequence[Field],
    *,
    given: Sequence[str],
    min_cell_rows: int,
    seed: int,
    order: Sequence[str] = (),
    formula: Sequence[str] = (),
) -> dict[str, pd.DataFrame]:
    """Profile tables (table name -> frame) learned from typed train rows.

    `given` columns come first in the sequence, then `order`, then what is left in field order, free
    texts last, a composed field by the parts that are columns of `train` (an address by its state
    and zip code);
    `formula` fields are computed at drawing time and not learned. The order of the rows of `train`
    does not matter; `seed` is for engines that use chance where this one does not. Raises
    ValueError below `min_cell_rows` rows.
    """
    if len(train) < min_cell_rows:
        raise ValueError(f"the engine needs at least {min_cell_rows} train rows, not {len(train)}")
    names = chain_order(train, fields, given=given, order=order, formula=formula)
    by_name = {field.name: field for field in fields}
    part_values = {part: known for field in fields for part, known in field.part_values}
    of_texts = {step: field for field in fields for step in shapes.steps_of(field)}
    train = with_parts(train, names, {})
    with threadpool_limits(limits=1):
        bins = {
            name: learn_bins(
                name, train[name], by_name.get(name), min_cell_rows, part_values.get(name, ())
            )
            for name in names
            if name not in of_texts
        }
        shared = shared_texts(fields, bins, min_cell_rows)
        train = with_parts(train, names, shared)
        for name, field in of_texts.items():
            if field.name in shared and train[name].notna().sum() >= min_cell_rows:
                bins[name] = learn_shape(name, train[name].dropna(), min_cell_rows)
        names = [name for name in names if name in bins]
        codes = _sorted_codes({name: bins[name].encode(train[name]) for name in names})
        _in_a_telling_order(names, bins, codes, names[0])
        texts = [
            words.learn(
                field.name,
                train[field.name],
                shared=shared[field.name],
                firsts=_labels(bins.get(field.name + shapes.FIRST)),
                group=_group(field, train, names, bins, codes),
                min_cell_rows=min_cell_rows,
            )
            for field in fields
            if field.name in shared
        ]
        steps = _sequence(names, bins, codes, min_cell_rows)
    bounds = learn_bounds(train, fields, names, min_cell_rows)
    for step in steps:
        step.bounds = bounds.get(step.name, [])
        if step.name + calendar.YEAR in names:
            step.bounds = [(step.name + calendar.YEAR, "within_year"), *step.bounds]
    tables = to_tables(steps, len(train))
    forms = addresses.learned_forms(train, fields, min_cell_rows)
    tables["engine_texts"] = text_table([*texts, forms])
    return tables


def chain_order(
    train: pd.DataFrame,
    fields: Sequence[Field],
    *,
    given: Iterable[str],
    order: Iterable[str],
    formula: Collection[str],
) -> list[str]:
    """Names of the sequence: given columns, the asked order, the rest; no formula.

    A date is the steps that `calendar` says, the first of them (`name:year`) wherever the order
    wants it. A composed field is a step for each part that is not made up; of an identifier the
    only thing learned is which rows have none. Other free texts come last, each with the steps of
    its shape.
    """
    learned = [
        f for f in fields if f.name not in formula and (f.kind != "identifier" or f.nullable)
    ]
    learned.sort(key=lambda field: len(shapes.steps_of(field)) > 0)
    listed = [name for f in learned for name in (f.fixed_parts if f.parts else [f.name])]
    of_field = {step: f.name for f in learned for step in steps_of(f)}
    allowed = {*given, *expanded(listed, learned)}
    wanted = expanded([*given, *order, *listed], learned)
    return [
        n for n in dict.fromkeys(wanted) if n in allowed and of_field.get(n, n) in train.columns
    ]


def learn_bins(
    name: str, column: pd.Series, field: Field | None, min_cell_rows: int, known: Sequence[str]
) -> Bins:
    """The bins of one column, by the kind of its field (a column without one is a category).

    `known`: the whole domain of a column without a field, empty where it is not enumerated.
    """
    part = "" if field else calendar.part_of(name)
    if part in calendar.VALUES:
        units = calendar.CLOCK_UNITS if part == calendar.SECOND else rounding.UNITS
        learned = bin_module.fit_numbers(name, column, min_cell_rows, CLOCK_DECIMALS, units)
        return learned.within(0, calendar.VALUES[part] - learned.unit)
    if part:
        return bin_module.fit_numbers(name, column, min_cell_rows, 0)
    if field is not None and (field.kind in NUMBER_KINDS or field.kind == "date"):
        decimals = 0 if field.kind == "date" else field.decimals
        return bin_module.fit_numbers(name, column, min_cell_rows, decimals)
    domain = field.allowed_values if field else tuple(known)
    is_made_up = field is not None and field.kind in ("free_text", "identifier")
    if field is not None and field.kind == "identifier":
        each_its_own = pd.Series(range(len(column)), column.index).astype(str)
        column = each_its_own.where(column.notna())
    return bin_module.fit_categories(
        name, column, min_cell_rows, domain, makes_up_others=is_made_up
    )


def learn_shape(name: str, column: pd.Series, min_cell_rows: int) -> Bins:
    """The bins of one step of a text's shape, from the rows whose texts have one."""
    part = shapes.part_of(name)
    if part in (shapes.WORDS, shapes.LENGTH):
        return bin_module.fit_numbers(name, column.astype(float), min_cell_rows, 0)
    domain = shapes.CASES if part == shapes.CASE else ()
    named = part == shapes.FIRST
    return bin_module.fit_categories(name, column, min_cell_rows, domain, makes_up_others=named)


def shared_texts(
    fields: Iterable[Field], bins: Mapping[str, Bins], min_cell_rows: int
) -> dict[str, frozenset[str]]:
    """By free text whose others are made up: the texts that are categories of their own."""
    out = {}
    for field in fields:
        if shapes.steps_of(field) and field.name in bins:
            other = bins[field.name].bin_of("other")
            if other is not None and bins[field.name].n_rows[other] >= min_cell_rows:
                out[field.name] = _labels(bins[field.name])
    return out


def _labels(bins: Bins | None) -> frozenset[str]:
    """The categories of a field; none without bins."""
    return frozenset() if bins is None else frozenset(bins.label[bins.kind == "category"])


def _group(
    field: Field,
    train: pd.DataFrame,
    names: Sequence[str],
    bins: Mapping[str, Bins],
    codes: Mapping[str, np.ndarray],
) -> words.Group | None:
    """The category that the words of a text go with: what its role names, or the closest."""
    asked = [role.removeprefix(WORDS_OF) for role in field.roles if role.startswith(WORDS_OF)]
    first = field.name + shapes.FIRST
    if not asked and first in names:
        has_word = codes[first] >= 0
        earlier = [name for name in names[: names.index(first)] if name != field.name]
        features = {
            name: coarse(codes[name])[has_word]
            for name in earlier
            if not bins[name].ordinal and 2 <= len(bins[name]) <= MOST_GROUPS
        }
        asked = [closest_feature(features, codes[first][has_word]) or ""]
    by = asked[0] if asked else ""
    return words.Group(by, as_text(train[by]).to_numpy(object)) if by in names else None


def learn_bounds(
    train: pd.DataFrame, fields: Sequence[Field], names: Sequence[str], min_cell_rows: int
) -> dict[str, list[tuple[str, str]]]:
    """Pairs of counts, or of dates, of which one never exceeds the other (but for a few rows)."""
    out: dict[str, list[tuple[str, str]]] = {}
    counts = {f.name for f in fields if f.kind == "count"}
    months = {f.name for f in fields if f.calendar == "month"}
    weeks = {f.name + calendar.WEEK for f in fields if f.calendar in ("day", "second")}
    for group in (counts, months, weeks):
        same = [n for n in names if n in group]
        values = {n: as_number(train[n]) for n in same}
        for i, later in enumerate(same):
            for earlier in same[:i]:
                a, b = values[later], values[earlier]
                both = ~np.isnan(a) & ~np.isnan(b)
                if both.sum() < min_cell_rows:
                    continue
                a, b = a[both], b[both]
                allowed = min(min_cell_rows - 1, int(0.001 * len(a)))
                for one, two, relation in ((a, b, "at_most"), (b, a, "at_least")):
                    chance = (np.searchsorted(np.sort(two), one, side="left") / len(one)).mean()
                    if (one > two).sum() <= allowed and chance > 0.002:
                        out.setdefault(later, []).append((earlier, relation))
    return out


def _sorted_codes(codes: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same rows in an order of their own content, so that the input's order is forgotten."""
    order = np.lexsort([codes[name] for name in reversed(list(codes))])
    return {name: column[order] for name, column in codes.items()}


def _in_a_telling_order(
    names: Sequence[str], bins: dict[str, Bins], codes: dict[str, np.ndarray], ranked: str
) -> None:
    """Order unordered categories, in place, by the mean code of the number that discriminates best.

    A tree asks whether a code is at most a threshold, so neighbours should be alike. `ranked`, the
    first key of the segments, has an order of its own.
    """
    measures = {
        n: coarse(codes[n]) for n in names if bins[n].ordinal or len(bins[n]) == 2 or n == ranked
    }
    for name in names:
        size = len(bins[name])
        if bins[name].ordinal or name == ranked or size < 3:
            continue
        known = codes[name] >= 0
        others = {n: twelfths[known] for n, twelfths in measures.items() if n != name}
        closest = closest_feature(others, codes[name][known])
        if closest is None:
            continue
        rows = np.bincount(codes[name][known], minlength=size)
        sums = np.bincount(codes[name][known], codes[closest][known].astype(float), size)
        order = np.argsort(np.round(sums / np.maximum(rows, 1), 9), kind="stable")
        place = np.argsort(order)
        bins[name] = bins[name].ordered(order)
        codes[name] = np.where(known, place[codes[name]], -1)


def _sequence(
    names: list[str], bins: dict[str, Bins], codes: dict[str, np.ndarray], min_cell_rows: int
) -> list[Step]:
    """Steps of the sequence; every split is fitted on its own, so threads change nothing."""
    features = Codes([as_asked(bins[name], codes[name]) for name in names])
    in_order = [bins[name] for name in names], [codes[name] for name in names]
    steps = [
        Step(name, bins[name], [], closest(place, *in_order)) for place, name in enumerate(names)
    ]
    jobs = []
    for position, step in enumerate(steps):
        known = np.flatnonzero(codes[step.name] >= 0)
        jobs += [(position, level, known) for level in step.levels]

    def fitted(position: int, level: Level, known: np.ndarray) -> Split:
        at, part, upper = level.sides(codes[names[position]][known])
        rows = known[at]
        scale = level.start[part], level.middle[part], level.stop[part]
        read = [
            relative(near.table[features.exact[rows, near.place]], *scale)
            for near in steps[position].near
        ]
        own = np.stack([part, *read], axis=1)
        return fit_split(features, position, rows, own, upper, min_cell_rows)

    with ThreadPoolExecutor(THREADS) as pool:
        for (position, *_), split in zip(
            jobs, pool.map(lambda job: fitted(*job), jobs), strict=True
        ):
            steps[position].splits.append(split)
    return steps
