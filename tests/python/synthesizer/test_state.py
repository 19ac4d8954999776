"""The state of an address: drawn for its row, tied to what it is tied to, and never a rare one."""

import json

import numpy as np
import pandas as pd
import pytest
from test_engine import GIVEN, MIN_CELL_ROWS, drawn, typed

from likeness import synthesizer
from likeness.generators.conditions import given_rows
from likeness.metrics.correlations import contingency, cramers_v
from likeness.schema.fields import with_part_values
from likeness.synthesizer.addresses import MILITARY_STATES

ORDER = ["state"]
ROWS = 6000


def with_state(loans: pd.DataFrame, states: np.ndarray) -> pd.DataFrame:
    """The loans with other states, in their addresses too."""
    ends = [f", {state} {code}" for state, code in zip(states, loans["zip_code"], strict=True)]
    lines = loans["address"].str.replace(r",? [A-Z]{2} \d{5}$", "", regex=True)
    return loans.assign(state=states, address=lines + ends)


def made(loans: pd.DataFrame, fields, given: pd.DataFrame) -> pd.DataFrame:
    """As many rows as `given`, from a profile of the loans."""
    profile = synthesizer.fit(
        loans,
        fields,
        given=GIVEN,
        min_cell_rows=MIN_CELL_ROWS,
        seed=42,
        order=ORDER,
        formula=["installment"],
    )
    return drawn(profile, fields, np.arange(len(given)), given)


@pytest.fixture(scope="module")
def fields(fields, root):
    states = pd.read_csv(root / "seeds" / "states.csv")["state"].tolist()
    return with_part_values(fields, {"state": states})


@pytest.fixture(scope="module")
def loans(root, fields):
    """Loans whose state is independent of all else; in the embedded ones it comes in clumps."""
    train = typed(root, fields, ROWS)
    return with_state(train, np.random.default_rng(1).permutation(train["state"].to_numpy()))


@pytest.fixture(scope="module")
def seeds(loans):
    """Rows of seeds of twenty, each of one grade, zip code and status."""
    segments = loans.groupby(GIVEN)["state"].size()
    plan = pd.DataFrame(
        {
            "segment": [
                json.dumps({key: {value: 1.0} for key, value in zip(GIVEN, values, strict=True)})
                for values, n in segments.items()
                for _ in range(max(round(n / 20), 1))
            ],
            "rows_asked": 20,
        }
    )
    plan["seed_id"] = range(1, len(plan) + 1)
    return pd.concat(given_rows(plan, GIVEN, 1, 1_000_000), ignore_index=True)


def tie(rows: pd.DataFrame, first: str, second: str) -> float:
    codes = [pd.factorize(rows[name])[0] for name in (first, second)]
    return cramers_v(contingency(*codes)) or 0.0


def test_a_seed_does_not_fix_the_state_of_its_rows(loans, fields, seeds):
    assert "state" not in seeds
    rows = made(loans, fields, seeds[GIVEN])
    states = rows["state"].groupby(seeds["seed_id"]).nunique()
    assert states.min() > 5
    fixed = rows.assign(state=rows["state"].groupby(seeds["seed_id"]).transform("first"))
    for name in GIVEN:
        assert tie(fixed, "state", name) > 0.3
        assert tie(rows, "state", name) - tie(loans, "state", name) < 0.1


@pytest.mark.parametrize("name", GIVEN)
def test_a_state_that_is_tied_to_a_segment_key_stays_so(loans, fields, seeds, name):
    rng = np.random.default_rng(2)
    levels = sorted(loans[name].unique())
    own = loans[name].map(dict(zip(levels, sorted(loans["state"].unique()), strict=False)))
    tied = np.where(rng.random(len(loans)) < 0.5, own, loans["state"])
    source = with_state(loans, tied)
    rows = made(source, fields, seeds[GIVEN])
    assert tie(rows, "state", name) == pytest.approx(tie(source, "state", name), abs=0.06)


def test_a_field_that_is_tied_to_the_state_stays_so(loans, fields, seeds):
    owner = np.where(loans["state"] < "M", "OWN", "RENT")
    source = loans.assign(home_ownership=owner)
    rows = made(source, fields, seeds[GIVEN])
    assert tie(source, "state", "home_ownership") > 0.9
    assert tie(rows, "state", "home_ownership") > 0.85


def test_a_state_of_few_rows_is_one_of_the_public_list_or_none(loans, fields, seeds):
    names = ["CA", "NY", "TX", "AE"]
    states = np.random.default_rng(3).choice(names, len(loans)).astype(object)
    states[:15], states[15:34] = "ZZ", "QQ"
    source = with_state(loans, states)
    rows = made(source, fields, seeds[GIVEN])
    public = set(fields[-1].part_values[0][1])
    assert set(names) < set(rows["state"]) <= public
    assert (rows["state"].isin(names)).mean() == pytest.approx(1 - 34 / len(loans), abs=0.005)
    unlisted = with_part_values(fields, {})
    assert set(made(source, unlisted, seeds[GIVEN])["state"]) == set(names)


def test_a_rare_state_joins_another_where_every_public_one_is_published(loans, fields, seeds):
    names = ["CA", "NY"]
    states = np.random.default_rng(4).choice(names, len(loans)).astype(object)
    states[:30] = [f"Z{letter}" for letter in "ABCDEFGHIJKLMNO"] * 2
    closed = with_part_values(fields, {"state": names})
    assert set(made(with_state(loans, states), closed, seeds[GIVEN])["state"]) == set(names)


def test_an_address_has_the_form_of_its_own_state(loans, fields, seeds):
    rows = made(loans, fields, seeds[GIVEN])
    ends = rows["state"] + " " + rows["zip_code"]
    assert all(a.endswith(e) for a, e in zip(rows["address"], ends, strict=True))
    military = rows["state"].isin(MILITARY_STATES)
    office = rows["address"].str.contains(r"\r\n[AFD]PO [A-Z]{2} \d{5}$")
    assert military.sum() > 100
    assert not office.any()


def test_an_address_of_a_military_state_has_one_of_their_forms(loans, fields, seeds):
    military = loans["state"].isin(MILITARY_STATES)
    units = "Unit 1234 Box 5678\r\nAPO " + loans["state"] + " " + loans["zip_code"]
    source = loans.assign(address=loans["address"].mask(military, units))
    rows = made(source, fields, seeds[GIVEN])
    form = rows["address"].str.fullmatch(r"Unit \d{4} Box \d{4}\r\n[AFD]PO A[AEP] \d{5}")
    assert (form == rows["state"].isin(MILITARY_STATES)).all()


@pytest.mark.parametrize("order", [[], ["int_rate", "state", "purpose"], ["purpose"]])
def test_the_place_of_the_state_in_the_order_is_a_setting(loans, fields, seeds, order):
    profile = synthesizer.fit(
        loans.head(1500), fields, given=GIVEN, min_cell_rows=MIN_CELL_ROWS, seed=42, order=order
    )
    steps = profile["engine_fields"].sort_values("step")["field"].tolist()
    assert steps[:3] == GIVEN
    assert steps.count("state") == 1
    assert "address" not in steps
    if "state" in order:
        assert steps.index("state") == 4
    else:
        assert [step for step in steps if "title" not in step][-1] == "state"
