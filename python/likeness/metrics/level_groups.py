"""Levels of a category in groups whose counts by class may be shown, alone and as differences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from likeness.metrics.bins import OTHER


@dataclass(frozen=True)
class Level:
    """A level and its rows by class in train and in holdout, arrays of one length.

    `parents`: for each coarser variable whose groups are shown, the group that the level lies in.
    """

    label: str
    train: np.ndarray
    holdout: np.ndarray
    parents: tuple[int, ...] = ()


@dataclass(frozen=True)
class Group:
    """Positions of levels that are shown as one, and its name."""

    members: tuple[int, ...]
    label: str


def level_groups(levels: Sequence[Level], min_cell_rows: int) -> tuple[list[Group], bool]:
    """Groups of levels, and whether rows are left out.

    Each count of a group, by source and class, is 0 or at least `min_cell_rows`, and its rows in
    each source are at least `min_cell_rows`. A level that has enough is a group of its own. The
    others are pooled in the order of their names, only with those that

    - lie in the same groups of coarser variables (sub-grades within their grade),
    - have enough train rows too, or too few, alike: a level that is shown alone elsewhere, and a
      group of it and a rare one, would give the rare one.

    Rows that remain are left out, with as many groups as it takes that what is left out, of a
    parent and of all, has enough itself. Levels without a real row are in no group. A level of
    fewer than `min_cell_rows` train rows is not named.
    """
    real = [i for i, level in enumerate(levels) if level.train.any() or level.holdout.any()]
    order = sorted(real, key=lambda i: (levels[i].parents, levels[i].label))
    shown: list[list[int]] = []
    hidden: list[int] = []
    for _, members in groupby(order, key=lambda i: levels[i].parents):
        groups, rest = _pooled(levels, list(members), min_cell_rows)
        shown += groups
        hidden += rest
    while (group := _disclosing(levels, shown, hidden, min_cell_rows)) is not None:
        shown.remove(group)
        hidden += group
    named = [Group(tuple(group), _label(levels, group, min_cell_rows)) for group in shown]
    return sorted(named, key=lambda group: group.label), bool(hidden)


def _pooled(
    levels: Sequence[Level], members: list[int], min_cell_rows: int
) -> tuple[list[list[int]], list[int]]:
    """Groups (lists of positions) of levels with the same parents, and the positions left out."""
    shown, hidden = [], []
    for kind in (2, 1, 0):
        closed, current = [], []
        for i in (i for i in members if _kind(levels[i], min_cell_rows) == kind):
            current.append(i)
            if _enough(levels, current, min_cell_rows):
                closed.append(current)
                current = []
        while current and closed:
            current = closed.pop() + current
            if _enough(levels, current, min_cell_rows):
                closed.append(current)
                current = []
        hidden += current
        shown += closed
    return shown, hidden


def _disclosing(
    levels: Sequence[Level], shown: list[list[int]], hidden: list[int], min_cell_rows: int
) -> list[int] | None:
    """The smallest group of a parent, or of all, whose rest would disclose too few; None: fine."""
    scopes = {(k, parent) for i in hidden for k, parent in enumerate(levels[i].parents)}
    for scope in [None, *sorted(scopes)]:
        rest = [i for i in hidden if _inside(levels[i], scope)]
        groups = [group for group in shown if _inside(levels[group[0]], scope)]
        if rest and groups and not _enough(levels, rest, min_cell_rows):
            return min(groups, key=lambda group: (_rows(levels, group), group))
    return None


def _inside(level: Level, scope: tuple[int, int] | None) -> bool:
    return scope is None or level.parents[scope[0]] == scope[1]


def _kind(level: Level, min_cell_rows: int) -> int:
    """2: shown alone in both sources, 1: in train, 0: in neither."""
    if not _may_be_shown(level.train, min_cell_rows):
        return 0
    return 2 if _may_be_shown(level.holdout, min_cell_rows) else 1


def _may_be_shown(counts: np.ndarray, min_cell_rows: int) -> bool:
    return bool(counts.sum() >= min_cell_rows and ((counts == 0) | (counts >= min_cell_rows)).all())


def _enough(levels: Sequence[Level], group: Iterable[int], min_cell_rows: int) -> bool:
    group = list(group)
    return bool(group) and all(
        _may_be_shown(np.sum([getattr(levels[i], source) for i in group], axis=0), min_cell_rows)
        for source in ("train", "holdout")
    )


def _rows(levels: Sequence[Level], group: list[int]) -> int:
    return int(sum(levels[i].train.sum() for i in group))


def _label(levels: Sequence[Level], group: list[int], min_cell_rows: int) -> str:
    names = [levels[i].label for i in group if levels[i].train.sum() >= min_cell_rows]
    rare = [OTHER] if len(names) < len(group) else []
    return ", ".join(names + rare)
