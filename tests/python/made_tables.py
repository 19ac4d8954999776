"""Made tables of any shape: what a hypothesis strategy, or a seed, says of each column.

A table is rows, columns and a number that its values are drawn from; nobody's rows.
"""

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

NAMES = (
    "amount", "unit price", "a/b", "{brace}", "{{ jinja }}", "{x} of y", "select", "order", "group",
    'quo"te', "it's", "größe", "名前", "x;y", "a,b", "#", "true", "1st", "c0", "-- no", "%",
    "tab|bar", "No.",
    "loan_id", "split", "cluster_id", "generator", "seed_id", "raw", "source", "value", "n",
    "row", "status", "age", "x" * 70, "Mixed Case", "per-cent", "back\\slash", "null", "_", "rows_",
    "judge_score", "synthetic_id", "number", "category", "variable", "build_id", "kept", "loans",
)  # fmt: skip
LEVELS = (
    "it's", "a|b", "a, b", "x; y", "{v}", "{{ v }}", '"quoted"', "größe", "名前", "true", "100%",
    "=1+1", "-", "a b", "A", "a", "NA", "unknown", "(x)", "back\\slash", "#", "null", "0", "01",
    "1.0", "o'neil's", "tab\tin", "<b>", "&amp;", "é", "e\u0301", "z" * 90, "%s", "$1", "{}",
)  # fmt: skip
FORMS = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%b-%Y", "%Y-%m", "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ", "%m/%d/%Y %I:%M %p", "%d %b %Y",
)  # fmt: skip
WORDS = ("the", "order", "came", "late", "and", "wet", "please", "refund", "größe", "名前")
GAPS = ("", "", "", "NA", "?", "unknown")


@dataclass(frozen=True)
class Column:
    """A column: `kind` is a key of KINDS, `missing` a share, `gap` how a missing value is written.

    `of`: the place of an earlier column that it follows (kinds of FOLLOWING), by remainder.
    """

    name: str
    kind: str
    missing: float = 0.0
    gap: str = ""
    levels: tuple[str, ...] = ()
    of: int = 0


@dataclass(frozen=True)
class MadeTable:
    """Columns of `rows` rows, drawn from `seed`."""

    columns: tuple[Column, ...]
    rows: int
    seed: int
    texts: list[list[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", [])
        for place, column in enumerate(self.columns):
            rng = np.random.default_rng([self.seed, place])
            self.texts.append(self._drawn(column, rng))

    def _drawn(self, column: Column, rng: np.random.Generator) -> list[str]:
        if column.kind in FOLLOWING:
            if not self.texts:
                return _gapped(KINDS["continuous"](rng, self.rows, column), column, rng)
            return FOLLOWING[column.kind](rng, self.texts[column.of % len(self.texts)])
        return _gapped(KINDS[column.kind](rng, self.rows, column), column, rng)

    @property
    def names(self) -> list[str]:
        """The header."""
        return [column.name for column in self.columns]

    def write(self, path: Path) -> Path:
        """Write it as a csv file."""
        with open(path, "w", newline="", encoding="utf-8") as handle:
            self.write_rows(csv.writer(handle, lineterminator="\n"))
        return path

    def write_rows(self, writer) -> None:
        """Write header and rows with a writer of the module csv."""
        writer.writerow(self.names)
        writer.writerows(zip(*self.texts, strict=True))


def _gapped(texts: Iterable[str], column: Column, rng: np.random.Generator) -> list[str]:
    gone = rng.random(10**5)
    return [
        column.gap if gone[n] < column.missing else text for n, text in enumerate(map(str, texts))
    ]


def _levels(rng: np.random.Generator, n: int, column: Column) -> list[str]:
    """Levels of uneven shares, the last of them rare."""
    shares = rng.dirichlet(np.full(len(column.levels), 0.8))
    return [column.levels[i] for i in rng.choice(len(column.levels), n, p=shares)]


def _zipf(rng: np.random.Generator, n: int, _: Column) -> list[str]:
    return [f"k{min(int(i), 3000)}" for i in rng.zipf(1.5, n)]


def _moments(rng: np.random.Generator, n: int, column: Column) -> list[str]:
    form = FORMS[column.of % len(FORMS)]
    start = datetime(1950 + int(rng.integers(0, 70)), 1, 3)
    spread = int(rng.choice([40, 700, 9000])) * 86_400
    seconds = rng.integers(0, spread, n) if rng.random() < 0.5 else rng.integers(0, spread, 5)
    return [
        (start + timedelta(seconds=int(seconds[i % len(seconds)]))).strftime(form) for i in range(n)
    ]


def _sentences(rng: np.random.Generator, n: int, _: Column) -> list[str]:
    return [" ".join(rng.choice(WORDS, int(rng.integers(2, 12)))) for _ in range(n)]


KINDS: dict[str, Callable[[np.random.Generator, int, Column], Iterable]] = {
    "integer": lambda rng, n, _: rng.integers(-500, 90_000, n),
    "few integers": lambda rng, n, _: rng.integers(-2, 5, n),
    "count": lambda rng, n, _: rng.poisson(rng.choice([0.05, 2, 30]), n),
    "beyond 2^53": lambda rng, n, _: [int(x) * 977 + 2**60 for x in rng.integers(0, 2**40, n)],
    "few beyond 2^53": lambda rng, n, _: [int(x) + 2**61 for x in rng.integers(0, 4, n)],
    "decimal": lambda rng, n, _: [f"{x:.2f}" for x in rng.gamma(0.7, 900, n)],
    "long decimal": lambda rng, n, _: [f"{x}.{y:019d}" for x, y in rng.integers(1, 10**9, (n, 2))],
    "continuous": lambda rng, n, _: rng.normal(0, 1, n).round(int(rng.choice([1, 3, 6]))),
    "float": lambda rng, n, _: [
        repr(float(x)) for x in rng.normal(0, 1, n) * 10.0 ** rng.integers(-9, 9)
    ],
    "extreme": lambda rng, n, _: [f"{x:.4e}" for x in rng.standard_cauchy(n) * 1e12],
    "percent": lambda rng, n, _: [f"{x:.1f}%" for x in rng.beta(2, 5, n) * 100],
    "money": lambda rng, n, _: [f"${x:,.2f}" for x in rng.lognormal(8, 1.5, n)],
    "boolean": lambda rng, n, column: [
        [("false", "true"), ("no", "yes"), ("0", "1"), ("F", "T")][column.of % 4][int(x)]
        for x in rng.random(n) < rng.choice([0.01, 0.3, 0.5])
    ],
    "category": _levels,
    "zipf": _zipf,
    "moment": _moments,
    "identifier": lambda rng, n, _: [f"C-{x}" for x in rng.permutation(10 * n)[:n] + 10_000],
    "number id": lambda rng, n, _: rng.permutation(n) + 1,
    "uuid": lambda rng, n, _: [
        f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"
        for h in (rng.bytes(16).hex() for _ in range(n))
    ],
    "account": lambda rng, n, _: [f"A{x:06d}" for x in rng.integers(0, n // 3, n)],
    "constant": lambda rng, n, column: [(column.levels or ("X",))[0]] * n,
    "empty": lambda rng, n, _: [""] * n,
    "free text": _sentences,
}  # fmt: skip


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _sum(rng: np.random.Generator, other: list[str]) -> list[str]:
    numbers = [_number(text) for text in other]
    return ["" if x is None else f"{round(2 * x, 2)}" for x in numbers]


def _above(rng: np.random.Generator, other: list[str]) -> list[str]:
    numbers = [_number(text) for text in other]
    return [
        "" if x is None else f"{x + more:.2f}"
        for x, more in zip(numbers, rng.gamma(1, 30, len(other)), strict=True)
    ]


def _group(rng: np.random.Generator, other: list[str]) -> list[str]:
    return [f"of {sum(map(ord, text)) % 5}" for text in other]


FOLLOWING: dict[str, Callable[[np.random.Generator, list[str]], list[str]]] = {
    "double": _sum,
    "above": _above,
    "group of": _group,
    "copy": lambda rng, other: list(other),
    "mostly copy": lambda rng, other: [
        text if stays else other[0]
        for text, stays in zip(other, rng.random(len(other)) < 0.95, strict=True)
    ],
}  # fmt: skip

columns = st.builds(
    Column,
    name=st.sampled_from(NAMES),
    kind=st.sampled_from([*KINDS, *FOLLOWING]),
    missing=st.sampled_from([0.0, 0.0, 0.0, 0.005, 0.03, 0.3, 0.97]),
    gap=st.sampled_from(GAPS),
    levels=st.lists(st.sampled_from(LEVELS), min_size=1, max_size=9, unique=True).map(tuple),
    of=st.integers(0, 40),
)
tables = st.builds(
    MadeTable,
    columns=st.lists(
        columns, min_size=1, max_size=9, unique_by=lambda column: column.name.lower()
    ).map(tuple),
    rows=st.sampled_from([300, 301, 450, 900, 1500]),
    seed=st.integers(0, 2**31),
)


def by_seed(seed: int, most: int = 14) -> MadeTable:
    """The table that a number stands for: without hypothesis, the same on every machine."""
    rng = np.random.default_rng(seed)
    count = int(rng.choice([1, 2, 3, 5, 8, most]))
    names = rng.choice(NAMES, count, replace=False)
    kinds = [*KINDS, *FOLLOWING]
    if rng.random() < 0.3:
        kinds = list(rng.choice(kinds, 2, replace=False))
    made = [
        Column(
            name=str(name),
            kind=str(rng.choice(kinds)),
            missing=float(rng.choice([0, 0, 0, 0.005, 0.03, 0.3, 0.97])),
            gap=str(rng.choice(GAPS)),
            levels=tuple(map(str, rng.choice(LEVELS, int(rng.integers(1, 10)), replace=False))),
            of=int(rng.integers(0, 40)),
        )
        for name in names
    ]
    return MadeTable(tuple(made), int(rng.choice([300, 450, 900, 1500, 3000])), seed)
