"""What an audit finds, and how it says so."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

COLUMNS = dict.fromkeys(["kind", "audited_table", "audited_row", "what"], "varchar")
COLUMNS |= {"rows": "bigint"}
FINDING, SMALLEST = "finding", "smallest cell"


@dataclass(frozen=True)
class Finding:
    """A number that rests on too few rows, or a value that too few rows hold.

    `row` says which row of `table`; `rows` is the number of source rows found.
    """

    table: str
    row: str
    what: str
    rows: int

    def __str__(self) -> str:
        return f"{self.table} ({self.row}): {self.what}: {self.rows} rows"


class Tally:
    """Counts what was looked at and keeps what was found.

    `min_cell_rows`: the minimum cell size. Counts of 1 to `min_cell_rows` - 1 are too few; 0
    concerns no row. `notes` are sentences about what could not be looked at.
    """

    def __init__(self, min_cell_rows: int) -> None:
        self.min_cell_rows = min_cell_rows
        self.numbers = 0
        self.tables: set[str] = set()
        self.findings: list[Finding] = []
        self.smallest: dict[str, int] = {}
        self.notes: list[str] = []

    def too_few(self, rows: float | np.ndarray) -> bool | np.ndarray:
        """Whether each number of `rows` is above 0 and below the minimum cell size."""
        return (rows > 0) & (rows < self.min_cell_rows)

    def look(self, table: str, row: str, what: str, rows: float) -> None:
        """Note one number resting on `rows` rows."""
        self.numbers += 1
        self._seen(table, np.array([rows], dtype=float))
        if self.too_few(rows):
            self.findings.append(Finding(table, row, what, int(rows)))

    def look_at(
        self, table: str, frame: pd.DataFrame, label: Callable, what: str, rows: np.ndarray
    ) -> None:
        """Note a number for each row of `frame`, resting on so many `rows`.

        `label(row)` says which row of the table it is; only what is found is labelled.
        """
        rows = np.asarray(rows, dtype=float)
        self.numbers += len(rows)
        self._seen(table, rows)
        for at in np.flatnonzero(self.too_few(rows)):
            self.findings.append(Finding(table, label(frame.iloc[at]), what, int(rows[at])))

    def _seen(self, table: str, rows: np.ndarray) -> None:
        self.tables.add(table)
        held = rows[rows > 0]
        if len(held):
            smallest = int(held.min())
            self.smallest[table] = min(smallest, self.smallest.get(table, smallest))

    def add(self, table: str, row: str, what: str, rows: int) -> None:
        """Note something that is wrong whatever the minimum cell size says."""
        self.tables.add(table)
        self.findings.append(Finding(table, row, what, int(rows)))

    def take(self, other: "Tally") -> None:
        """Add what another one has seen."""
        self.numbers += other.numbers
        self.tables |= other.tables
        self.findings += other.findings
        self.notes += other.notes
        for table, rows in other.smallest.items():
            self.smallest[table] = min(rows, self.smallest.get(table, rows))

    def frame(self) -> pd.DataFrame:
        """One row per finding, and one per table with the fewest rows that a number of it rests on.

        Its columns are COLUMNS.
        """
        rows = [(FINDING, one.table, one.row, one.what, one.rows) for one in self.findings]
        rows += [(SMALLEST, table, "", SMALLEST, n) for table, n in sorted(self.smallest.items())]
        return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"rows": "Int64"})
