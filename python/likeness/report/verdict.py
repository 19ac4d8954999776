"""The verdict of a scorecard, in a colour, a headline and a sentence."""

from typing import NamedTuple

import pandas as pd


class Verdict(NamedTuple):
    """Colour (green, amber, red, grey), headline and explanation."""

    colour: str
    headline: str
    explanation: str


def verdict(scorecard: pd.DataFrame) -> Verdict:
    """Colour (green, amber, red, grey), headline and explanation of a scorecard."""

    def metrics(status: str) -> list[str]:
        return scorecard.loc[scorecard["status"] == status, "metric"].tolist()

    failed, warned, missing = metrics("fail"), metrics("warn"), metrics("not_computed")
    tail = f" Not computed: {', '.join(missing)}." if missing else ""
    for limits, words in (("off", "Switched off"), ("changed", "Limits changed")):
        by_user = scorecard.loc[scorecard["limits"] == limits, "metric"]
        tail += f" {words} by var gates: {', '.join(by_user)}." if len(by_user) else ""
    if scorecard.empty:
        nothing = "The scorecard holds no metric of this generator."
        return Verdict("grey", "– NOTHING MEASURED", nothing)
    if failed:
        errors = int((scorecard["severity"] == "error").sum())
        effect = (
            "the build fails"
            if errors
            else "the files are written all the same, as the engine did not make the rows"
        )
        named = f"Failed: {', '.join(failed)} ({effect})."
        warning = f" Warned: {', '.join(warned)}." if warned else ""
        headline = f"✕ RED: {_count(len(failed), 'metric')} failed"
        return Verdict("red", headline, named + warning + tail)
    if warned:
        headline = f"! AMBER: {_count(len(warned), 'metric')} to look at"
        return Verdict("amber", headline, f"Warned: {', '.join(warned)}. None failed.{tail}")
    limited = scorecard[["warn_at", "fail_at"]].notna().any(axis=1)
    passed = int((limited & (scorecard["status"] == "pass")).sum())
    if not passed:
        undecided = f"No metric with a limit could be computed.{tail}"
        return Verdict("grey", "– NOT DECIDED", undecided)
    headline = f"✓ GREEN: {_count(passed, 'metric')} with a limit, all within it"
    return Verdict("green", headline, f"Nothing failed or warned.{tail}")


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("" if n == 1 else "s")
