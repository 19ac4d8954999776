"""What a var `gates` may say; SQL's merging has its dbt unit tests beside the scorecard."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeness.schema.gates import KEYS, LIMITS, load_gates, problem_with_gates


@pytest.fixture(scope="module")
def gates(root):
    return load_gates(root / "seeds" / "gates.csv")


def test_the_defaults_can_be_said_again_as_a_var(gates):
    assert len({gate.metric for gate in gates}) == len(gates) > 20
    for gate in gates:
        said = gate.model_dump(include=set(KEYS))
        assert problem_with_gates({gate.metric: said}, gates) == ""
    assert all(gate.advice and gate.meaning for gate in gates)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"detection_acu": None}, "no metric of the scorecard; did you mean detection_auc?"),
        ({"zzz": {"fail_at": 1}}, "no metric of the scorecard; seeds/gates.csv lists them."),
        ({"detection_auc": 0.8}, "detection_auc is 0.8: it must be null (off) or a mapping"),
        ({"detection_auc": False}, "detection_auc is False: it must be null (off) or a mapping"),
        ({"detection_auc": [0.8]}, "it must be null (off) or a mapping"),
        ({"detection_auc": {}}, "detection_auc has no key"),
        ({"detection_auc": {"fail": 0.8}}, "unknown key 'fail'; did you mean fail_"),
        ({"detection_auc": {"direction": "higher"}}, "unknown key 'direction'"),
        ({"detection_auc": {"fail_at": "0.8"}}, "detection_auc.fail_at is '0.8': it must be a num"),
        ({"detection_auc": {"fail_at": True}}, "detection_auc.fail_at is True"),
        ({"detection_auc": {"fail_at": math.inf}}, "detection_auc.fail_at is inf"),
        ({"nndr": {"fail_by": math.nan}}, "nndr.fail_by is nan: it must be a number from 0"),
        ({"nndr": {"warn_by": -0.1}}, "nndr.warn_by is -0.1: it must be a number from 0"),
        ({"nndr": {"advice": " "}}, "nndr.advice is ' ': say in a sentence what to try."),
        ({"nndr": {"advice": None}}, "nndr.advice is None"),
        ({"nndr": {"always_error": "yes"}}, "nndr.always_error is 'yes': it must be true or false"),
        ({"detection_auc": {"fail_at": 0.6}}, "fail at 0.6 before it warns at 0.65"),
        ({"detection_auc": {"warn_at": 0.8}}, "fail at 0.75 before it warns at 0.8"),
        ({"tstr_ratio": {"fail_at": 0.95}}, "fail at 0.95 before it warns at 0.93"),
        ({"column_shapes": {"warn_by": 0.06}}, "fail at 0.05 before it warns at 0.06"),
        ({"standardized_mean_difference": {"fail_by": 0.1}}, "fail at 0.1 before it warns at 0.15"),
        ({"kl_divergence": {"fail_at": 0.3}}, "has both fail_at and fail_by"),
        ({"detection_auc": {"warn_by": 0.1}}, "give warn_at: null beside it"),
        ({"kl_divergence": {"fail_at": None}}, "no fail_at to remove; its limit is fail_by: 0.2"),
        ({"detection_auc": {"warn_at": None, "fail_at": None}}, "say {detection_auc: null}"),
        ({"acceptance_rate": {"warn_at": None}}, "say {acceptance_rate: null}"),
    ],
)
def test_a_change_that_cannot_be_merged_is_one_sentence(gates, change, said):
    sentence = problem_with_gates(change, gates)
    assert said in sentence
    assert sentence.startswith("var gates")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"detection_auc": None},
        {"detection_auc": {"fail_at": None}},
        {"detection_auc": {"fail_at": 0.65}},
        {"detection_auc": {"always_error": True}},
        {"kl_divergence": {"fail_by": None, "fail_at": 1}},
        {"formula_exact_as_generated": {"warn_at": 0.5}},
        {"formula_exact_as_generated": None, "nndr": {"advice": "look"}},
        {"acceptance_rate": {"warn_at": 0.9, "fail_at": None, "advice": "as it was"}},
    ],
)
def test_a_change_that_can_be_merged_is_left_alone(gates, change):
    assert problem_with_gates(change, gates) == ""


LIMIT = st.none() | st.floats() | st.integers(-3, 3) | st.text(max_size=3) | st.booleans()
CHANGE = st.none() | st.dictionaries(st.sampled_from(KEYS), LIMIT) | LIMIT


@settings(max_examples=500)
@given(data=st.data(), change=CHANGE)
def test_what_is_accepted_has_numbers_in_the_order_of_its_direction(gates, data, change):
    gate = data.draw(st.sampled_from(gates))
    if problem_with_gates({gate.metric: change}, gates) or change is None:
        return
    merged = gate.model_dump() | change
    for end in ("at", "by"):
        warn, fail = merged[f"warn_{end}"], merged[f"fail_{end}"]
        if warn is not None and fail is not None:
            falls = end == "at" and gate.direction == "higher"
            assert fail <= warn if falls else warn <= fail
    for level in ("warn", "fail"):
        assert None in (merged[f"{level}_at"], merged[f"{level}_by"])
    assert all(merged[key] is None or math.isfinite(merged[key]) for key in LIMITS)
    without = all(getattr(gate, key) is None for key in LIMITS)
    assert without or any(merged[key] is not None for key in LIMITS)
