"""`docs/benchmarks.md`: the figures, how they were made, and what they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from judge.table import REAL, Splits, named, table

ENGINE = "engine"
SOURCE_TRUE = "engine, source_true"


@dataclass(frozen=True)
class Part:
    """A table: what it is about, and scores by generator for each split."""

    title: str
    splits: Splits
    notes: Sequence[str] = field(default_factory=tuple)


PAGE = Path(__file__).with_name("page.md")


def page(facts: Mapping[str, str], parts: Sequence[Part], settings: Mapping[str, object]) -> str:
    """The whole page; `settings` fills the text about the measures."""
    return PAGE.read_text(encoding="utf-8").format(
        facts="\n".join(f"| {name} | {value} |" for name, value in facts.items()),
        parts="\n\n".join(section(part) for part in parts),
        real=REAL,
        **settings,
    )


def section(part: Part) -> str:
    """A part's heading, notes, table, and what the engine's counts counted."""
    texts = [f"## {part.title}", *part.notes, table(part.splits)]
    texts += [f"What is off in the rows of `{ENGINE}`:", named(part.splits, ENGINE)]
    return "\n\n".join(texts)
