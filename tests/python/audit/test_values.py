"""Quantiles and texts that equal a source row's by chance are told from those that are copied."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from likeness.audit.values import EQUAL, cell_means
from likeness.stats.moments import STATISTICS, summary
from likeness.stats.random_numbers import uniform
from likeness.synthesizer.addresses import MILITARY_STATES, addresses, is_made_up_address

MINIMUM = 20
ORDER = [name for name in STATISTICS if name.startswith("p") or name.endswith("cell_mean")]
FORMATS = (
    "{street}\r\n{city}, {state} {zip_code}",
    "{street}; {city}, {state} {zip_code}",
    "{zip_code} {city} ({state}), {street}",
)


@given(
    st.lists(st.integers(0, 12), min_size=2 * MINIMUM, max_size=200),
    st.lists(st.sampled_from([-40, -3, 30, 500, 500.5]), max_size=4),
)
@example([3] * 18 + [4] * 60, [2, 2])
@example([3] * 60 + [4] * 18, [5])
def test_no_quantile_that_is_published_is_taken_for_a_rare_value(bulk, outer):
    values, counts = np.unique(np.array([*bulk, *outer], float), return_counts=True)
    published = summary(values, counts, 0, MINIMUM)
    held = dict(zip(values, counts, strict=True))
    means = cell_means(pd.DataFrame({"value": values, "n": counts}), MINIMUM)
    for name in ORDER:
        value = published[name]
        if value is not None and not np.isnan(value) and held.get(value, MINIMUM) < MINIMUM:
            assert np.isclose(means, value, rtol=EQUAL, atol=0).any(), name


def test_a_raw_order_statistic_is_none_of_the_cells_means():
    values = np.arange(200) ** 1.5
    means = cell_means(pd.DataFrame({"value": values, "n": np.ones(200, int)}), MINIMUM)
    assert not np.isclose(means, values[1], rtol=EQUAL, atol=0).any()
    assert not np.isclose(means, values[-1], rtol=EQUAL, atol=0).any()


@pytest.mark.parametrize("pattern", FORMATS)
def test_every_made_up_address_is_known_as_one(pattern):
    ids = np.arange(3000)
    states = np.array([*MILITARY_STATES, "NY", "TX"], object)
    columns = {
        "state": states[(uniform(1, ids, "state") * len(states)).astype(int)],
        "zip_code": np.full(len(ids), "70466", object),
    }
    forms = ("psc", "ship", "street", "unit")
    shares = pd.DataFrame({"token": forms, "weight": [0.25] * 4, "n_rows": [50] * 4})
    made = addresses(pattern, columns, 7, ids, shares)
    assert sum("USNV" in text for text in made) > 100
    unknown = [text for text in made if not is_made_up_address(pattern, text)]
    assert unknown == []


@pytest.mark.parametrize(
    "text",
    [
        "12 Ostrich Farm Lane\r\nNowhereville, NY 70466",
        "USS Enterprise\r\nFPO AE 48052",
        "USNV Q\r\nFPO AE 48052",
        "USNV Reynolds, FPO AE 48052",
        "Care of the keeper\r\nFPO AE 48052",
    ],
)
def test_an_address_that_cannot_be_made_up_is_not_known_as_one(text):
    assert not is_made_up_address(FORMATS[0], text)
