"""Sections of a page of markdown, each written by a benchmark of its own."""

import re

KEPT = (
    "Public tables",
    "Seed instructions",
    "All fields and texts",
    "Ties of single fields",
    "Looking at a large table",
    "Speed",
)


def replaced(page: str, title: str, body: str) -> str:
    """The page with the section `title` (a heading of two #) made of `body`; new ones come last."""
    section = f"## {title}\n\n{body.strip()}\n"
    found = _section(page, title)
    if found is None:
        return f"{page.rstrip()}\n\n{section}"
    before, after = page[: found.start()], page[found.end() :]
    return f"{before}{section}{chr(10) + after if after else ''}"


def with_kept(page: str, old: str) -> str:
    """A page written anew, with the sections of `old` that other benchmarks write."""
    for title in KEPT:
        if found := _section(old, title):
            page = replaced(page, title, found.group().split("\n", 1)[1])
    return page


def _section(page: str, title: str) -> re.Match | None:
    return re.search(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", page, re.M | re.S)
