"""What a well-behaved model would write for a seed: loans in source formats that fit it."""

import json
import random
import re

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
JOBS = ("Teacher", "Registered Nurse", "Driver", "Project manager", "Cook", None)
TITLES = ("Debt consolidation", "Credit card refinancing", "Home improvement", None)
EMPLOYED = ("< 1 year", "1 year", "3 years", "7 years", "10+ years", None)
PURPOSES = ("debt_consolidation", "credit_card", "home_improvement", "other", "car")


def _share(text: str, name: str, default: str) -> str:
    match = re.search(rf"^{name}: (?!mean)(.+)$", text, re.MULTILINE)
    fixed = re.search(rf"^{name}=(.+)$", text, re.MULTILINE)
    if fixed:
        return fixed[1].strip()
    return match[1].split(",")[0].rsplit("=", 1)[0].strip() if match else default


def _mean(text: str, name: str, default: float) -> float:
    match = re.search(rf"^{name}: mean=(-?[\d.]+)", text, re.MULTILINE)
    return float(match[1]) if match else default


def loan(seed: str, rng: random.Random, mark: str = "") -> dict:
    """One loan for a seed's lines; `mark` goes into the street, to distinguish answers."""
    grade = _share(seed, "grade", "B")
    sub_grade = _share(seed, "sub_grade", f"{grade}3")
    term = int(_share(seed, "term", "36 months").split()[0])
    amount = 25.0 * max(40, round(_mean(seed, "loan_amnt", 12000) * rng.uniform(0.9, 1.1) / 25))
    rate = round(_mean(seed, "int_rate", 12.0), 2)
    monthly = rate / 1200
    installment = amount * monthly * (1 + monthly) ** term / ((1 + monthly) ** term - 1)
    place = re.search(r"^address: State zipcode=(\w\w) (\d{5})$", seed, re.MULTILINE)
    state, zip_code = place.groups() if place else ("CA", "70466")
    owner = rng.choice(("RENT", "MORTGAGE", "OWN"))
    opened = float(rng.randint(4, 16))
    number = rng.randint(10, 9999)
    return {
        "loan_amnt": amount,
        "term": f" {term} months",
        "int_rate": rate,
        "installment": round(installment, 2),
        "grade": sub_grade[0],
        "sub_grade": sub_grade,
        "emp_title": rng.choice(JOBS),
        "emp_length": rng.choice(EMPLOYED),
        "home_ownership": owner,
        "annual_inc": 500.0 * rng.randint(60, 240),
        "verification_status": rng.choice(("Verified", "Source Verified", "Not Verified")),
        "issue_d": f"{rng.choice(MONTHS)}-{rng.randint(2012, 2016)}",
        "loan_status": _share(seed, "loan_status", "Fully Paid"),
        "purpose": rng.choice(PURPOSES),
        "title": rng.choice(TITLES),
        "dti": round(rng.uniform(4, 30), 2),
        "earliest_cr_line": f"{rng.choice(MONTHS)}-{rng.randint(1985, 2008)}",
        "open_acc": opened,
        "pub_rec": 0.0,
        "revol_bal": float(rng.randint(1000, 30000)),
        "revol_util": round(rng.uniform(5, 95), 1),
        "total_acc": opened + rng.randint(1, 20),
        "initial_list_status": rng.choice("fw"),
        "application_type": "INDIVIDUAL",
        "mort_acc": float(rng.randint(1, 5)) if owner == "MORTGAGE" else 0.0,
        "pub_rec_bankruptcies": 0.0,
        "address": f"{number} {mark or 'Elm'} Street\r\nMillbrook, {state} {zip_code}",
    }


def loans(seed: str, count: int, rng: random.Random, mark: str = "") -> list[dict]:
    """So many loans for a seed's lines."""
    return [loan(seed, rng, mark) for _ in range(count)]


def as_json(value: object) -> str:
    """JSON as a model writes it."""
    return json.dumps(value)
