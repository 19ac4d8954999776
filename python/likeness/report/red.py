"""The page that a red build leaves: which tests failed, and what the scorecard says."""

from collections.abc import Sequence
from html import escape

from likeness.report.page import CSS, VERDICT_FROM, VERDICT_TO

MOST_SHOWN = 50


def red_page(staged: str, failed: Sequence[str]) -> str:
    """The report of a red build as HTML.

    `staged`: the page without pictures that its report model made, or '' if it came to none; its
    verdict knows the gates only, so that of the build takes its place. `failed`: names of the
    tests, tables and gates that failed.
    """
    headline = f"✕ RED BUILD: {len(failed)} failed, nothing was published"
    shown = "".join(f"<li>{escape(name)}</li>" for name in failed[:MOST_SHOWN])
    more = f"<p>and {len(failed) - MOST_SHOWN} more</p>" if len(failed) > MOST_SHOWN else ""
    box = (
        f'<div class="verdict red"><strong>{escape(headline)}</strong><p>The last good set of '
        "files stays as it was. This page shows no distributions, as rows that failed may be "
        f"copies of real ones.</p><ul>{shown}</ul>{more}</div>"
    )
    before, found, rest = staged.partition(VERDICT_FROM)
    if found:
        title = f"<title>Likeness: {escape(headline)}</title>"
        start, _, after = before.partition("<title>")
        before = start + title + after.partition("</title>")[2]
        return before + box + rest.partition(VERDICT_TO)[2]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>Likeness: {escape(headline)}</title><link rel="icon" href="data:,">'
        f"<style>{CSS}</style></head>\n<body>\n<h1>Likeness report</h1>{box}\n</body></html>\n"
    )
