"""Made-up identifiers: unique, in the field's form, the same however the ids are split."""

import re
from dataclasses import replace

import numpy as np
import pytest

from likeness.synthesizer.identifiers import made_identifiers


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("text", r"\d{9}"),
        ("C-####/##", r"C-\d{4}/\d{2}"),
        ("#", r"\d{1,4}"),
        ("ID ##", r"ID \d{2,4}"),
    ],
)
def test_they_are_unique_and_have_the_form(fields, form, pattern):
    field = replace(fields[0], kind="identifier", format=form)
    ids = np.arange(5000)
    made = made_identifiers(field, 42, ids)
    assert len(set(made)) == 5000
    assert all(re.fullmatch(pattern, text) for text in made)
    assert made.tolist() != made_identifiers(replace(field, name="other"), 42, ids).tolist()


def test_the_split_of_ids_changes_nothing(fields):
    field = replace(fields[0], kind="identifier", format="C-##")
    ids = np.arange(3000)
    parts = [made_identifiers(field, 1, part) for part in np.split(ids, 7 * [0] + [10, 2990])]
    assert np.concatenate(parts).tolist() == made_identifiers(field, 1, ids).tolist()
