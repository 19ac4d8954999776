"""A project small enough for tests: the real field list and prompts, made-up seeds and rules."""

import io
import json
from pathlib import Path

from likeness.llm.build import Build
from likeness.llm.core.prompts import Rule
from likeness.llm.core.rounds import Work
from likeness.schema.fields import load_fields

ROOT = Path(__file__).parents[3]
FIELDS = load_fields(ROOT / "seeds" / "fields.csv")
NAMES = tuple(field.name for field in FIELDS)
RULES = [
    Rule("cross-column", "sub_grade starts with the letter of grade", 4),
    Rule("privacy", "no title holds a telephone number", 9),
]
RATES = {"A": 7.5, "B": 10.5, "C": 13.8, "D": 17.0, "E": 20.0, "F": 23.5, "G": 25.8}


def seed_text(number: int) -> str:
    """The text of one made-up seed."""
    grade = "ABCDEFG"[number % 7]
    return json.dumps(
        [
            f"loan_amnt: mean={8000 + number}.00, std=2500.00, kurtosis=0.10, skewness=0.40",
            "term: 36 months=0.80, 60 months=0.20",
            f"int_rate: mean={RATES[grade]}, std=2.00, kurtosis=0.00, skewness=0.10",
            f"grade={grade}",
            f"sub_grade: {grade}2=0.60, {grade}3=0.40",
            "loan_status=Fully Paid",
            "address: State zipcode=CA 70466",
        ]
    )


def works(count: int, rows: int = 5) -> list[Work]:
    """So many distinct seeds, each to give `rows` rows."""
    return [Work(seed_text(number), (number,), rows) for number in range(1, count + 1)]


def given(base_url: str, journal: Path, **changed: object) -> dict:
    """Vars for a fake server: short waits, everything else as in a real build."""
    return {
        "base_url": base_url,
        "model_id": "fake-model",
        "journal_dir": str(journal),
        "prompt_dir": str(ROOT / "prompts"),
        "timeout": 1.0,
        "first_wait": 0.01,
        **changed,
    }


def build(base_url: str, journal: Path, seeds: list[Work], **changed: object) -> Build:
    """A build over a fake server; what it says lands in `build.said`."""
    said = io.StringIO()
    made = Build("openai", given(base_url, journal, **changed), FIELDS, RULES, seeds, stream=said)
    made.said = said
    return made
