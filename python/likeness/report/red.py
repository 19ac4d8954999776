"""The page that a red build leaves: which tests failed, and what the scorecard says."""

from collections.abc import Sequence

from likeness.report.page import VERDICT_FROM, VERDICT_TO
from likeness.report.templating import render
from likeness.report.verdict import Verdict

MOST_SHOWN = 50
STOPS = "gates_without_error"


def red_page(staged: str, failed: Sequence[str]) -> str:
    """The report of a red build as HTML.

    `staged`: the page without pictures that its report model made, or '' if it came to none; its
    verdict knows the gates only, so that of the build takes its place. `failed`: names of the
    tests, tables and gates that failed.
    """
    if any(name.startswith("gate ") for name in failed):
        # The test that stops a build says no more than the gates that it names.
        failed = [name for name in failed if name != f"test {STOPS}"]
    headline = f"✕ RED BUILD: {len(failed)} failed, nothing was published"
    named = {"failed": list(failed), "most_shown": MOST_SHOWN}
    named["verdict"] = Verdict("red", headline, "")
    before, found, rest = staged.partition(VERDICT_FROM)
    if not found:
        return render("red", **named)
    title = f"<title>Likeness: {headline}</title>"
    start, _, after = before.partition("<title>")
    box = render("red_verdict", **named)
    return start + title + after.partition("</title>")[2] + box + rest.partition(VERDICT_TO)[2]
