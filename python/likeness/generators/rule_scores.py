"""The offline judge: 10 points less what each broken rule costs."""

from collections.abc import Mapping, Sequence

import pandas as pd

BEST, WORST = 10, 1


def judge_row(
    missing_fields: Sequence[str], rule_violations: Sequence[str], penalties: Mapping[str, float]
) -> tuple[float, str]:
    """Score from 1 to 10 of one row, and why.

    From 10 the penalty of each of `rule_violations` is taken; a row without all fields scores
    1 whatever else is right.
    """
    if missing_fields:
        return float(WORST), f"capped at {WORST}: {_listed(missing_fields)} missing"
    if not rule_violations:
        return float(BEST), "no rule is broken"
    taken = " ".join(f"- {penalties[rule]:g} ({rule})" for rule in rule_violations)
    score = max(BEST - sum(penalties[rule] for rule in rule_violations), WORST)
    return float(score), f"{BEST} {taken}"


def judge_signatures(signatures: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Score and justification of each distinct (missing_fields, rule_violations), joined by `;`.

    `rules` has rule_id and penalty. As many rows as there are distinct signatures, however many
    loans share one.
    """
    penalties = dict(zip(rules.rule_id, rules.penalty.astype(float), strict=True))
    judged = [
        (missing, broken, *judge_row(_names(missing), _names(broken), penalties))
        for missing, broken in signatures[["missing_fields", "rule_violations"]].itertuples(
            index=False
        )
    ]
    columns = ["missing_fields", "rule_violations", "score", "justification"]
    return pd.DataFrame(judged, columns=columns)


def _names(text: str) -> list[str]:
    return [name for name in text.split(";") if name]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more fields"
