"""The stand-in for a model: rows follow the seed to the letter, faults come as asked for."""

import json
import random
from collections import Counter

import pytest

from fakes.project import FIELDS, NAMES, build, works
from likeness.llm.core import parse
from likeness.llm.core.parse import complete
from likeness.llm.demo.reader import LOG_NORMAL, NORMAL, QUANTILES, Reader
from likeness.llm.demo.server import MODEL, DemoServer

SEED = [
    "loan_amnt: mean=12000.00, std=6000.00, kurtosis=1.00, skewness=1.00, p05=4000.00, "
    "p50=11000.00, p95=25000.00",
    "term: 36 months=0.75, 60 months=0.25",
    "grade=B",
    "home_ownership: RENT=0.5, MORTGAGE=0.3, (other)=0.2",
    "issue_d: mean=2013.50, std=1.00, kurtosis=0.00, skewness=0.00",
    "pub_rec: mean=0.20, std=0.50, kurtosis=3.00, skewness=2.00, p05=0.00, p50=0.00, p95=1.00",
    "revol_util: mean=50.00, std=20.00, kurtosis=0.00, skewness=0.00, missing=0.10",
    "address: State zipcode=CA 70466",
]


def rows(form=QUANTILES, count=1000, **given):
    return Reader(FIELDS, random.Random(3), form=form, **given).rows(SEED, count)


def shares(made, name):
    return {value: n / len(made) for value, n in Counter(row[name] for row in made).items()}


def test_rows_follow_the_seed_to_the_letter():
    made = rows()
    assert [list(row) for row in made[:3]] == [list(NAMES)] * 3
    assert shares(made, "term") == pytest.approx(
        {" 36 months": 0.75, " 60 months": 0.25}, abs=0.002
    )
    assert shares(made, "grade") == {"B": 1.0}
    owned = shares(made, "home_ownership")
    assert owned["RENT"] == pytest.approx(0.5, abs=0.002)
    assert sum(share for name, share in owned.items() if name not in ("RENT", "MORTGAGE")) == (
        pytest.approx(0.2, abs=0.002)
    )
    assert all(row["address"].endswith(", CA 70466") for row in made)
    assert len({row["address"] for row in made}) == 1000
    assert shares(made, "revol_util")[None] == pytest.approx(0.1, abs=0.03)
    assert shares(made, "pub_rec")[0.0] > 0.8
    years = [int(row["issue_d"][-4:]) for row in made]
    assert sum(years) / 1000 == pytest.approx(2013.5, abs=0.1)


@pytest.mark.parametrize("form", [NORMAL, LOG_NORMAL, QUANTILES])
def test_numbers_are_read_by_mean_and_std_or_by_quantiles(form):
    amounts = sorted(row["loan_amnt"] for row in rows(form))
    if form == QUANTILES:
        found = [amounts[50], amounts[500], amounts[950]]
        assert found == pytest.approx([4000, 11000, 25000], rel=0.02)
    else:
        assert sum(amounts) / 1000 == pytest.approx(12000, rel=0.02)
    assert amounts[0] >= 0


def test_fields_in_no_seed_follow_the_shares_of_all_rows():
    made = rows(shares={"emp_length": {"10+ years": 0.3, "(missing)": 0.7}})
    assert shares(made, "emp_length") == pytest.approx({"10+ years": 0.3, None: 0.7}, abs=0.002)


def test_the_same_chance_gives_the_same_rows():
    assert rows(count=5) == rows(count=5)


@pytest.mark.parametrize("faults", [0.0, 2.0])
def test_a_build_with_the_server_has_its_rows_whatever_goes_wrong(tmp_path, faults):
    with DemoServer(FIELDS, faults=faults) as server:
        made = build(server.base_url, tmp_path, works(40), model_id=MODEL, max_rounds=9, timeout=60)
        received = list(made.generate())
        judged = list(made.judge(lambda: [(str(n), row) for n, row in enumerate(_rows(received))]))
    assert sum(not row["missing_fields"] for row in received) >= 200
    assert {one["status"] for one in judged} == {"judged"}
    failed = made.report.calls.failed_calls
    assert failed > 0 if faults else failed == 0


def _rows(received):
    whole = [row for row in received if not row["missing_fields"]][:20]
    return [{name: row[name] for name in NAMES} for row in whole]


def test_every_fault_of_an_answer_is_read_or_rejected():
    with DemoServer(FIELDS) as server:
        request = "# Seed\n" + "\n".join(SEED) + "\n\n# Task\nWrite 4 new records for this seed."
        whole = {"": 4, "refusal": 0, "prose": 4, "quotes": 4, "cut": 3, "wrong": 4}
        for fault, usable in whole.items():
            items = parse.items(server._content(request, fault), NAMES)
            assert sum(complete(item, NAMES) for item in items) == usable, fault
    assert json.loads(server._content("no seed", ""))["scores"] == []
