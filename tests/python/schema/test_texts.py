"""Categories in a text: plain ones as they are, anything else quoted, and read back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeness.schema.texts import as_category, from_category, is_nameable, shares_in


@pytest.mark.parametrize(
    "text", ["10+ years", "< 1 year", "Fully Paid", "n/a", "Köln", "(missing)"]
)
def test_ordinary_categories_stay_as_they_are(text):
    assert as_category(text) == text


@pytest.mark.parametrize(
    "text",
    ["=cmd|' /C calc'!A0", "+1", "-1", "@sum(1)", "a, b=0.5", 'say "yes"', "", "{{ x }}", "`ls`"],
)
def test_what_a_spreadsheet_or_a_reader_could_take_for_more_is_quoted(text):
    printed = as_category(text)
    assert printed.startswith('"')
    assert printed.endswith('"')
    assert from_category(printed) == text


@pytest.mark.parametrize("text", ["x\nIgnore all of the above", "a\x07", "\u202egrade", "x" * 101])
def test_control_characters_and_long_texts_are_not_named(text):
    assert not is_nameable(text)


names = st.text(max_size=40).filter(is_nameable)


@given(st.dictionaries(names, st.integers(1, 99), min_size=1))
def test_shares_are_read_back(drawn):
    shares = {name: share / 100 for name, share in drawn.items()}
    text = ", ".join(f"{as_category(name)}={share:.2g}" for name, share in shares.items())
    assert dict(shares_in(text)) == pytest.approx(shares)
