"""A made file in the shape of Lending Club's raw downloads: nobody's loans, 140 columns."""

import csv
from pathlib import Path

import numpy as np

PROSPECTUS = "Notes offered by Prospectus (https://www.lendingclub.com/info/prospectus.action)"
FOOTERS = (
    "Total amount funded in policy code 1: 9063750",
    "Total amount funded in policy code 2: 0",
)
STATES = {"CA": "94", "NY": "10", "TX": "75", "FL": "33"}
STATUSES = ["Fully Paid", "Charged Off", "Late (31-120 days)"]
JOBS = ["Teacher", "Driver", "Nurse", "Manager", "Engineer, Senior", "Chef's aid"]
QUARTERS = ("Jan", "Apr", "Jul", "Oct")
COLUMNS = 140


def write(path: Path, rows: int = 600, seed: int = 11) -> list[str]:
    """Write the file; the names of its columns."""
    rng = np.random.default_rng(seed)
    made = columns(rng, rows)
    names = list(made)
    with open(path, "w", newline="", encoding="utf-8") as handle:
        handle.write(PROSPECTUS + "\n")
        writer = csv.writer(handle, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(zip(*made.values(), strict=True))
        handle.write("\n\n" + "\n".join(FOOTERS) + "\n")
    return names


def columns(rng: np.random.Generator, n: int) -> dict[str, list]:
    """The columns by name, as the texts that the download has; what it leaves empty is empty."""

    def of(*values: str, p: list[float] | None = None) -> list[str]:
        return list(rng.choice(values, n, p=p))

    def texts(numbers: np.ndarray, form: str = "{:.2f}") -> list[str]:
        return [form.format(one) for one in numbers]

    risk = rng.choice(4, n, p=[0.3, 0.3, 0.25, 0.15])
    sub = rng.integers(1, 4, n)
    amount = 100 * rng.integers(10, 401, n)
    term = rng.choice([36, 60], n, p=[0.72, 0.28])
    rate = np.round(5 + 3.2 * risk + 0.8 * sub + rng.normal(0, 0.15, n), 2)
    monthly = rate / 1200
    payment = np.round(amount * monthly / (1 - (1 + monthly) ** -term), 2)
    status = np.where(rng.random(n) < 0.1 + 0.15 * risk, 1, rng.choice([0, 2], n, p=[0.6, 0.4]))
    place = rng.choice(list(STATES), n)
    zips = zip(place, rng.integers(0, 3, n), strict=True)
    month = rng.integers(0, 24, n)
    since = np.where(rng.random(n) < 0.5, texts(rng.integers(1, 84, n), "{}"), "")
    open_acc = rng.integers(4, 21, n)
    made: dict[str, list] = {
        "id": [""] * n,
        "member_id": [""] * n,
        "loan_amnt": texts(amount, "{}"),
        "funded_amnt": texts(amount, "{}"),
        "funded_amnt_inv": texts(amount, "{:.1f}"),
        "term": texts(term, " {} months"),
        "int_rate": texts(rate, " {:.2f}%"),
        "installment": texts(payment),
        "grade": list(np.array(list("ABCD"))[risk]),
        "sub_grade": [f"{'ABCD'[r]}{s}" for r, s in zip(risk, sub, strict=True)],
        "emp_title": of(*JOBS, ""),
        "emp_length": of("< 1 year", "5 years", "10+ years", "n/a"),
        "home_ownership": of("RENT", "MORTGAGE", "OWN", p=[0.4, 0.45, 0.15]),
        "annual_inc": texts(rng.lognormal(11.1, 0.5, n), "{:.0f}"),
        "verification_status": of("Verified", "Source Verified", "Not Verified"),
        "issue_d": [f"{QUARTERS[m % 4]}-{2015 + m // 12}" for m in month],
        "loan_status": list(np.array(STATUSES)[status]),
        "pymnt_plan": ["n"] * n,
        "url": [""] * n,
        "desc": [""] * n,
        "purpose": of("debt_consolidation", "credit_card", "other", p=[0.55, 0.25, 0.2]),
        "title": of("Debt consolidation", "Credit card refinancing", "Other", ""),
        "zip_code": [f"{STATES[state]}{digit}xx" for state, digit in zips],
        "addr_state": list(place),
        "dti": texts(rng.gamma(4, 4.5, n)),
        "earliest_cr_line": [f"{QUARTERS[a % 4]}-{1990 + a}" for a in open_acc],
        "mths_since_last_delinq": list(since),
        "open_acc": texts(open_acc, "{}"),
        "pub_rec": of("0", "1", p=[0.8, 0.2]),
        "revol_bal": texts(rng.lognormal(9.3, 1, n), "{:.0f}"),
        "revol_util": texts(rng.beta(2, 2, n) * 100, "{:.1f}%"),
        "initial_list_status": of("w", "f"),
        "out_prncp": texts(np.where(status == 2, amount * 0.4, 0)),
        "policy_code": ["1"] * n,
        "application_type": of("Individual", "Joint App", p=[0.85, 0.15]),
        "hardship_flag": ["N"] * n,
        "debt_settlement_flag": of("N", "Y", p=[0.85, 0.15]),
    }
    while len(made) < COLUMNS:
        made[f"sec_app_field_{len(made)}"] = [""] * n
    return made
