"""Identifiers are missing as often as in train, where rules ask for it, and never a copy."""

import numpy as np
import pandas as pd

from likeness import synthesizer
from likeness.schema.fields import fields_from_rows
from likeness.schema.rules import RuleCheck

ROWS = 2000


def fields():
    row = {"position": 1, "type": "text", "roles": "", "decimals": "", "max_length": "20"}
    row |= {"allowed_values": "", "description": "", "nullable": "true"}
    return fields_from_rows(
        [
            row | {"name": "member", "kind": "identifier", "format": "M-9###"},
            row | {"name": "plan", "kind": "categorical", "format": "text", "position": 2},
        ]
    )


def drawn(conditions: list[tuple[str, str]]) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    gone = rng.random(ROWS) < 0.4
    # Few members are named by many rows, which makes none of them a category.
    member = np.where(gone, None, rng.choice([f"M-{n}" for n in range(1000, 1050)], ROWS))
    train = pd.DataFrame({"member": member, "plan": np.where(gone, None, "gold")}, dtype=object)
    rules = pd.DataFrame(
        [(f"r{n}", text, True, names) for n, (text, names) in enumerate(conditions)],
        columns=["rule_id", "condition", "is_enforced", "named_columns"],
    )
    context = pd.DataFrame(
        columns=["name", "within_column", "within_value", "pattern", "low", "high"]
    )
    check = RuleCheck(rules, context)
    profile = synthesizer.fit(train, fields(), given=[], min_cell_rows=20, seed=1)
    assert set(profile["engine_bins"].query("field == 'member'")["kind"]) == {"other", "missing"}
    return synthesizer.draw(
        np.arange(ROWS), profile, fields=fields(), seed=1, check=check, rule_columns=check.columns
    )


def test_they_are_missing_as_often_and_with_what_goes_with_them():
    made = drawn([('("member" is null) = ("plan" is null)', "member;plan")])
    assert abs(made["member"].isna().mean() - 0.4) < 0.05
    assert (made["member"].isna() == made["plan"].isna()).all()
    known = made["member"].dropna()
    assert known.is_unique
    assert known.str.fullmatch("M-9[0-9]{3,}").all()


def test_a_rule_about_what_is_made_last_does_not_stop_the_drawing():
    check = RuleCheck(
        pd.DataFrame(
            [("a", "\"gone\" <> 'x'", True, "gone"), ("b", "\"plan\" = 'gold'", True, "plan")],
            columns=["rule_id", "condition", "is_enforced", "named_columns"],
        ),
        pd.DataFrame(columns=["name", "within_column", "within_value", "pattern", "low", "high"]),
    )
    kept = check(pd.DataFrame({"plan": ["gold", "lead"]}))
    assert kept["a"].tolist() == [True, True]
    assert kept["b"].tolist() == [True, False]
