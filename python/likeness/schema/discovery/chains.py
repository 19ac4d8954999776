"""What follows from a chain: b from a and c from b make c follow from a."""

from collections.abc import Sequence


def follows(start: str, end: str, steps: Sequence[tuple[str, str]]) -> bool:
    """Whether `steps`, pairs of names, lead from `start` to `end`."""
    reached, todo = {start}, [start]
    while todo:
        name = todo.pop()
        nearest = {after for before, after in steps if before == name} - reached
        reached |= nearest
        todo += nearest
    return end in reached
