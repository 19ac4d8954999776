"""Make data/loans.csv.gz, the embedded loans: synthetic rows of a build, with planted defects.

Usage (see docs/embedded-loans.md): python scripts/make_embedded_loans.py [DATABASE]
Reads marts.synthetic_loans of DATABASE (likeness.duckdb), so that no borrower is in the repository.
The defects are those of the real file, in known numbers: some installments that no formula gives,
some rows that cannot be read, blanks around titles.
"""

import csv
import gzip
import io
import sys
from pathlib import Path

import duckdb
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

from likeness.schema.fields import load_fields
from likeness.warehouse.atomic_files import replacing

EMI_EXCEPTIONS = 120
UNREADABLE = {
    "loan_amnt": "n/a",
    "issue_d": "2014-13",
    "address": "PO Box 17",
    "int_rate": "eleven",
    "term": "open",
}
ROWS_PER_FAULT = 5
PADDED_TITLES = 200


def plant(rows: list[list], names: list[str], generator: np.random.Generator) -> None:
    """Spoil rows in place: each fault in rows of its own."""
    count = EMI_EXCEPTIONS + ROWS_PER_FAULT * len(UNREADABLE)
    chosen = iter(generator.permutation(len(rows))[: count + PADDED_TITLES].tolist())
    payment, title = names.index("installment"), names.index("title")
    for _ in range(EMI_EXCEPTIONS):
        row = rows[next(chosen)]
        row[payment] = f"{float(row[payment]) * (1 + generator.uniform(0.02, 0.2)):.2f}"
    for name, text in UNREADABLE.items():
        for _ in range(ROWS_PER_FAULT):
            rows[next(chosen)][names.index(name)] = text
    for place in chosen:
        if rows[place][title]:
            rows[place][title] += " "


def main(database: str) -> None:
    """Write data/loans.csv.gz from the accepted rows in `database`."""
    names = [field.name for field in load_fields("seeds/fields.csv")]
    columns = ", ".join(names)
    with duckdb.connect(database, read_only=True) as connection:
        query = f"select {columns} from marts.synthetic_loans order by md5(synthetic_id)"
        rows = [
            ["" if value is None else str(value) for value in row]
            for row in connection.execute(query).fetchall()
        ]
    plant(rows, names, np.random.default_rng(7))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    with (
        replacing("data/loans.csv.gz") as temporary,
        open(temporary, "wb") as handle,
        gzip.GzipFile("loans.csv", "wb", fileobj=handle, mtime=0) as packed,
    ):
        packed.write(text.getvalue().encode())
    print(f"data/loans.csv.gz: {len(rows)} synthetic loans")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "likeness.duckdb")
