"""Words, pairs of words, runs of characters and cases that are published: who has them, recounted.

The rows of each are counted here from the texts themselves, in plain Python and by no function that
learned them; `case_of` and `word_case` alone are shared, as they define what a case is.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from operator import add

import numpy as np
import pandas as pd

from likeness.audit.findings import Tally
from likeness.synthesizer.texts.learn import CASING, CHARACTERS, MEMORY, START, WORDS
from likeness.synthesizer.texts.shapes import (
    BLANK,
    MAX_CHARACTERS,
    MAX_WORDS,
    MIXED,
    UNNAMED,
    case_of,
    word_case,
)

TABLE = "intermediate.int_engine__profile:engine_texts"
KEYS = ("part", "given", "before", "position", "token")


def audit_words(
    published: pd.DataFrame,
    sample: pd.DataFrame,
    shared: Mapping[str, Collection[str]],
    tally: Tally,
) -> None:
    """Recount what `engine_texts` publishes from the rows that it was learned from.

    shared: of each text with made-up values, those that are categories of their own. A number of
    more rows than have what it names is a finding, too.
    """
    for name, table in published.groupby("field"):
        some = table[table["part"].isin([WORDS, CHARACTERS, CASING])]
        if not len(some):
            continue
        keys = some[list(KEYS)].astype(object).where(some[list(KEYS)].notna(), None)
        wanted = [tuple(row) for row in keys.itertuples(index=False)]
        by = next(iter(some["by"].dropna()), None)
        held = _held(sample, name, by, set(shared.get(name, ())), set(wanted))
        rows = np.array([held[key] for key in wanted])
        # What no row has at all was not learned from these rows.
        tally.look_at(TABLE, some, _in_words, "is held by", np.where(rows == 0, 1, rows))
        for at in np.flatnonzero(rows < some["n_rows"].to_numpy()):
            if rows[at] and not _is_escape(wanted[at]):
                tally.add(TABLE, _in_words(some.iloc[at]), "claims more rows than", int(rows[at]))


def _is_escape(key: tuple) -> bool:
    return key[-1] is None


def _in_words(row: pd.Series) -> str:
    shown = {name: row[name] for name in ("field", *KEYS) if isinstance(row[name], str)}
    return ", ".join(f"{name}={value!r}" for name, value in shown.items())


def _held(
    sample: pd.DataFrame, name: str, by: str | None, shared: set[str], wanted: set[tuple]
) -> Counter[tuple]:
    """How many rows have each of `wanted`; an escape (no token): how many have its context."""
    groups = [None] * len(sample) if by is None else sample[by].astype(object).tolist()
    named = {key[2] for key in wanted if key[0] == WORDS} | {key[4] for key in wanted}
    of_characters = [key for key in wanted if key[0] == CHARACTERS]
    runs = {key[2] + key[4]: key for key in of_characters if key[4] is not None}
    contexts = {key[2]: key for key in of_characters if key[4] is None}
    out: Counter[tuple] = Counter()
    with_run: Counter[str] = Counter()
    with_context: Counter[str] = Counter()
    for text, group in zip(sample[name].tolist(), groups, strict=True):
        if not isinstance(text, str) or text in shared:
            continue
        whole = BLANK.join(text[:MAX_CHARACTERS].split(BLANK)[:MAX_WORDS])
        out.update(
            wanted.intersection(_events(whole, None if group is None else str(group), named))
        )
        before, with_next = _runs(BLANK * MEMORY + whole.lower() + BLANK)
        with_run.update(runs.keys() & with_next)
        with_context.update(contexts.keys() & before)
    out.update({key: with_run[run] for run, key in runs.items()})
    out.update({key: with_context[run] for run, key in contexts.items()})
    return out


def _runs(padded: str) -> tuple[set[str], set[str]]:
    """The characters before each one, none to MEMORY of them; and the same with the one itself.

    `padded` begins with MEMORY blanks, which have nothing before them.
    """
    runs = list(padded)  # of one length, by where they begin
    before, with_next = {"", *runs[MEMORY - 1 : -1]}, set(runs[MEMORY:])
    for length in range(2, MEMORY + 2):
        runs = list(map(add, runs, padded[length - 1 :]))
        with_next.update(runs[MEMORY + 1 - length :])
        if length <= MEMORY:
            before.update(runs[MEMORY - length : -1])
    return before, with_next


def _events(text: str, group: str | None, named: set[str | None]) -> Iterator[tuple]:
    """Words and cases of a text, as the columns KEYS, with each context that may be published.

    Each is followed by its escape, the same without a token.
    """
    small = text.lower().split(BLANK)
    for place, word in enumerate(small[1:], start=1):
        position = "last" if place == len(small) - 1 else "inner"
        before = small[place - 1]
        for context in {before if before in named else UNNAMED, UNNAMED, None}:
            for given in {group, None}:
                yield WORDS, given, context, position, word
                yield WORDS, given, context, position, None
    words = text.split(BLANK)
    if case_of(words) != MIXED:
        return
    case_before = START
    for word in words:
        case = word_case(word)
        for token in (case, None):
            yield CASING, None, word.lower(), None, token
            yield CASING, case_before, None, None, token
            yield CASING, None, None, None, token
        case_before = case
