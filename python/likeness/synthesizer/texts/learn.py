"""Learn words and characters of rare texts: what at least `min_cell_rows` rows have, given little.

Words are given the word before, whether they are the last one, and a category that texts go with;
words that no such statistic covers are learned by their characters, each given up to MEMORY before
it; texts of mixed case by the case of each word. Everything is counted in distinct rows.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import pandas as pd

from likeness.synthesizer.texts import backoff
from likeness.synthesizer.texts.shapes import (
    BLANK,
    CASES,
    MIXED,
    UNNAMED,
    case_of,
    is_nameable,
    rare,
    word_case,
)

MEMORY = 3  # characters before the one that is learned
COLUMNS = ("field", "part", "by", "given", "before", "position", "token", "weight", "n_rows")
MOST_CHARACTERS = 3_000_000  # learned from
INNER, LAST = "inner", "last"
WORDS, CHARACTERS, CASING = "words", "characters", "casing"
START = "start"  # of a text, in place of the case of a word before


@dataclass(frozen=True)
class Group:
    """A category that texts are learned by: the field, and its label in each row (None: none)."""

    field: str
    labels: np.ndarray


@dataclass(frozen=True)
class _Words:
    """Words of rare texts, one after another: text, row of `train`, place in it, is it the last?"""

    word: np.ndarray
    row: np.ndarray
    position: np.ndarray
    is_last: np.ndarray


def learn(
    name: str,
    column: pd.Series,
    *,
    shared: Collection[str],
    firsts: Collection[str],
    group: Group | None,
    min_cell_rows: int,
) -> pd.DataFrame:
    """The rows of `engine_texts` for the rare texts of one column.

    shared: texts that are categories of their own. firsts: first words that are.
    """
    rows, texts = rare(column, set(shared))
    small = [text.lower() for text in texts]
    tokens = _split(rows, small)
    known = _known(tokens, min_cell_rows)
    named, made_up = _words(tokens, known, set(firsts), group, min_cell_rows)
    parts = [
        named,
        _characters(rows, small, tokens, made_up, min_cell_rows),
        _casing(rows, texts, known, min_cell_rows),
    ]
    frame = pd.DataFrame([row for part in parts for row in part], columns=list(COLUMNS))
    has_group = (frame["part"] == WORDS) & frame["given"].notna()
    by = None if group is None else group.field
    return frame.assign(field=name, by=[by if one else None for one in has_group])


def _split(rows: Sequence[int], texts: Sequence[str]) -> _Words:
    words = [text.split(BLANK) for text in texts]
    sizes = np.array([len(one) for one in words], dtype=np.int64)
    ends = np.cumsum(sizes)
    position = np.arange(int(sizes.sum())) - np.repeat(ends - sizes, sizes)
    is_last = position == np.repeat(sizes, sizes) - 1
    flat = np.array([word for one in words for word in one], dtype=object)
    return _Words(flat, np.repeat(np.array(rows, np.int64), sizes), position, is_last)


def _known(tokens: _Words, min_cell_rows: int) -> list[str]:
    """The words that enough rows have and that can be named, sorted."""
    held = pd.DataFrame({"word": tokens.word, "row": tokens.row}).drop_duplicates()
    counts = held["word"].value_counts()
    return sorted(word for word in counts[counts >= min_cell_rows].index if is_nameable(word))


def _words(
    tokens: _Words, known: list[str], firsts: set[str], group: Group | None, least: int
) -> tuple[list[dict], np.ndarray]:
    """Words after another one, and which of all words no statistic covers (bool)."""
    unknown = len(known)
    code = pd.Index(known, dtype=object).get_indexer(tokens.word)
    code = np.where(code < 0, unknown, code).astype(np.int64)
    is_first = tokens.position == 0
    at = np.flatnonzero(~is_first)
    before, last = code[at - 1], tokens.is_last[at].astype(np.int64)
    labels, by_label = [], np.full(len(at), -1)
    if group is not None:
        by_row = pd.Series(group.labels, dtype=object).iloc[tokens.row[at]]
        by_label, found = pd.factorize(by_row, sort=True)
        labels = [str(label) for label in found]
    pair = 2 * before + last
    levels = [
        np.where(by_label < 0, -1, by_label * 2 * (unknown + 1) + pair),
        pair,
        np.where(by_label < 0, -1, 2 * by_label + last),
        last,
    ]
    token = np.where(code[at] == unknown, -1, code[at])
    counted, left = backoff.learn(levels, token, tokens.row[at], least)
    names = [*known, UNNAMED]
    out = []
    for level, events in enumerate(counted):
        for context, event, *n in _listed(events):
            row: dict = {"part": WORDS, "position": LAST if context % 2 else INNER}
            rest = context // 2
            if level < 2:
                row["before"] = names[rest % (unknown + 1)]
                rest //= unknown + 1
            if level in (0, 2):
                row["given"] = labels[rest]
            out.append(row | _held(None if event < 0 else known[event], *n))
    made_up = np.zeros(len(tokens.word), dtype=bool)
    made_up[at[left]] = True
    made_up[is_first] = ~pd.Series(tokens.word[is_first], dtype=object).isin(firsts).to_numpy()
    return out, made_up


def _characters(
    rows: Sequence[int], texts: Sequence[str], tokens: _Words, made_up: np.ndarray, least: int
) -> list[dict]:
    """Characters of the words that are made up, and the blank after each, given those before."""
    lengths = np.array([len(word) for word in tokens.word], dtype=np.int64)
    padded = [BLANK * MEMORY + text + BLANK for text in texts]
    signs = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    # Words follow each other with one blank; a text has the padding of its own before it.
    starts = np.cumsum(lengths + 1) - lengths - 1 + MEMORY * np.cumsum(tokens.position == 0)
    some = np.flatnonzero(made_up & _taken(rows, texts, tokens, lengths))
    sizes = lengths[some] + 1
    ends = np.cumsum(sizes)
    at = np.arange(int(sizes.sum())) - np.repeat(ends - sizes - starts[some], sizes)
    if not len(at):
        return []
    alphabet, code = np.unique(signs, return_inverse=True)
    code = code.astype(np.int64)
    bits = len(alphabet).bit_length()
    memory = min(MEMORY, 62 // bits - 1)
    contexts = [np.zeros(len(at), dtype=np.int64)]
    for back in range(1, memory + 1):
        contexts.append(contexts[-1] + (code[at - back] << (bits * (back - 1))))
    levels = [np.unique(one, return_inverse=True) for one in contexts[::-1]]
    row = np.repeat(tokens.row[some], sizes)
    counted, _ = backoff.learn([place for _, place in levels], code[at], row, least)
    letters = [chr(sign) for sign in alphabet]
    out = []
    for level, (events, (packed, _)) in enumerate(zip(counted, levels, strict=True)):
        held = memory - level
        for context, event, *n in _listed(events):
            word = int(packed[context])
            before = "".join(
                letters[word >> bits * back & (1 << bits) - 1] for back in reversed(range(held))
            )
            made = None if event < 0 else letters[event]
            out.append({"part": CHARACTERS, "before": before} | _held(made, *n))
    return out


def _taken(
    rows: Sequence[int], texts: Sequence[str], tokens: _Words, lengths: np.ndarray
) -> np.ndarray:
    """Whose characters are learned: words of texts chosen by their own content, up to a bound."""
    if int((lengths + 1).sum()) <= MOST_CHARACTERS:
        return np.ones(len(lengths), dtype=bool)
    numbers = [crc32(text.encode("utf-8", "surrogatepass")) for text in texts]
    by_content = sorted(range(len(texts)), key=lambda i: (numbers[i], texts[i]))
    size = np.cumsum([len(texts[i]) + 1 for i in by_content])
    chosen = np.array(by_content)[: int((size <= MOST_CHARACTERS).sum())]
    return np.isin(tokens.row, np.array(rows)[chosen])


def _casing(rows: Sequence[int], texts: Sequence[str], known: list[str], least: int) -> list[dict]:
    """The case of each word of texts of mixed case, given the word, or the case before."""
    mixed = [(row, text) for row, text in zip(rows, texts, strict=True) if _is_mixed(text)]
    if not mixed:
        return []
    tokens = _split([row for row, _ in mixed], [text for _, text in mixed])
    case = np.array([CASES.index(word_case(word)) for word in tokens.word], dtype=np.int64)
    small = pd.Series(tokens.word, dtype=object).str.lower()
    word = pd.Index(known, dtype=object).get_indexer(small).astype(np.int64)
    before = np.where(tokens.position == 0, len(CASES), np.roll(case, 1))
    counted, _ = backoff.learn([word, before, np.zeros_like(case)], case, tokens.row, least)
    out = []
    for level, events in enumerate(counted):
        for context, event, *n in _listed(events):
            row: dict = {"part": CASING}
            if level == 0:
                row["before"] = known[context]
            elif level == 1:
                row["given"] = [*CASES, START][context]
            out.append(row | _held(None if event < 0 else CASES[event], *n))
    return out


def _listed(events: backoff.Counted) -> Iterator[tuple[int, ...]]:
    """Context, token, weight and rows of each event."""
    yield from zip(*(part.tolist() for part in vars(events).values()), strict=True)


def _held(token: str | None, weight: float, n_rows: int) -> dict:
    return {"token": token, "weight": weight, "n_rows": n_rows}


def _is_mixed(text: str) -> bool:
    return case_of(text.split(BLANK)) == MIXED
