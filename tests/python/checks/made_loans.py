"""Made-up loans: sound by every rule, in the formats of the source, drawn from a seed."""

import csv
from pathlib import Path

import numpy as np

from checks.emi import installment
from likeness.schema.fields import load_fields

NAMES = [field.name for field in load_fields("seeds/fields.csv")]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PAID_ZIPS, LOST_ZIPS, MIXED_ZIPS = ("00813", "05113"), ("11650",), ("22690", "70466")
STATES = ("CA", "NY", "TX", "AE", "FL")
OWNERS, OWNER_SHARES = ("RENT", "MORTGAGE", "OWN"), (0.4, 0.45, 0.15)
LENGTHS = ("< 1 year", "1 year", "5 years", "10+ years")
VERIFIED = ("Verified", "Source Verified", "Not Verified")


def place(number: int, state: str, zip_code: str) -> str:
    """An address of the source's form."""
    return f"{number} Elm Street\r\nMillbrook, {state} {zip_code}"


def loans(count: int, seed: int) -> list[dict]:
    """So many loans: numbers as floats, everything else as text of the source's form."""
    rng = np.random.default_rng(seed)
    level = rng.choice(35, count, p=np.linspace(2, 0.2, 35) / np.linspace(2, 0.2, 35).sum())
    amount = rng.integers(40, 1400, count) * 25.0
    rate = np.round(5.5 + 0.6 * level + rng.integers(-3, 4, count) / 10, 2)
    term = rng.choice([36, 60], count, p=[0.75, 0.25])
    payment = installment(amount, rate, term)
    rows = []
    for n in range(count):
        zip_code = str(rng.choice(PAID_ZIPS + LOST_ZIPS + MIXED_ZIPS))
        lost = zip_code in LOST_ZIPS or (zip_code in MIXED_ZIPS and rng.random() < 0.3)
        owner = str(rng.choice(OWNERS, p=OWNER_SHARES))
        opened = float(rng.integers(3, 20))
        grade = "ABCDEFG"[level[n] // 5]
        rows.append(
            {
                "loan_amnt": amount[n],
                "term": f" {term[n]} months",
                "int_rate": rate[n],
                "installment": payment[n],
                "grade": grade,
                "sub_grade": f"{grade}{level[n] % 5 + 1}",
                "emp_title": "Teacher",
                "emp_length": str(rng.choice(LENGTHS)),
                "home_ownership": owner,
                "annual_inc": float(rng.integers(200, 1500) * 100),
                "verification_status": str(rng.choice(VERIFIED)),
                "issue_d": f"{rng.choice(MONTHS)}-{rng.integers(2012, 2017)}",
                "loan_status": "Charged Off" if lost else "Fully Paid",
                "purpose": str(rng.choice(["debt_consolidation", "credit_card", "other"])),
                "title": "Debt consolidation",
                "dti": round(float(rng.uniform(2, 35)), 2),
                "earliest_cr_line": f"{rng.choice(MONTHS)}-{rng.integers(1980, 2008)}",
                "open_acc": opened,
                "pub_rec": float(rng.integers(0, 2)),
                "revol_bal": float(rng.integers(100, 40000)),
                "revol_util": round(float(rng.uniform(1, 99)), 1),
                "total_acc": opened + float(rng.integers(1, 20)),
                "initial_list_status": str(rng.choice(["f", "w"])),
                "application_type": "INDIVIDUAL",
                "mort_acc": float(rng.integers(1, 5)) if owner == "MORTGAGE" else 0.0,
                "pub_rec_bankruptcies": 0.0,
                "address": place(int(rng.integers(1, 9999)), str(rng.choice(STATES)), zip_code),
            }
        )
    return rows


def write_csv(path: Path, rows: list[dict], delimiter: str = ",") -> Path:
    """The rows as the source file is written, the columns in the order of the first row."""
    with open(path, "w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
