"""What an audit finds, and how it says so."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A number that rests on too few rows, or a value that is one borrower's.

    `row` tells which row of `table`; `rows` is the number of source rows found.
    """

    table: str
    row: str
    what: str
    rows: int

    def __str__(self) -> str:
        return f"{self.table} ({self.row}): {self.what}: {self.rows} rows"


class Tally:
    """Counts what was looked at and keeps what was found."""

    def __init__(self, floor: int):
        self.floor = floor
        self.numbers = 0
        self.tables: set[str] = set()
        self.findings: list[Finding] = []

    def too_few(self, rows: float) -> bool:
        """Whether so many rows are some, but fewer than the floor."""
        return 0 < rows < self.floor

    def look(self, table: str, row: str, what: str, rows: float) -> None:
        """Note one number resting on `rows` rows."""
        self.numbers += 1
        self.tables.add(table)
        if self.too_few(rows):
            self.findings.append(Finding(table, row, what, int(rows)))

    def add(self, table: str, row: str, what: str, rows: int) -> None:
        """Note something that is wrong whatever the floor says."""
        self.tables.add(table)
        self.findings.append(Finding(table, row, what, rows))
