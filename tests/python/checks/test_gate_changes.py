"""What a var `gates` does to a build: it changes what it names, and nothing else."""

import pytest

from likeness.schema.gates import load_gates

from .made_loans import loans, write_csv
from .project import ROOT

GATES = {gate.metric: gate for gate in load_gates(ROOT / "seeds" / "gates.csv")}
CLOSENESS = {
    "column_shapes", "standardized_mean_difference", "kl_divergence", "missing_difference",
    "pair_trends", "worst_pairs_tvd", "quality_score", "mean_abs_correlation_difference",
    "conditional_distance", "detection_auc", "detection_auc_all_fields", "tstr_ratio",
    "identical_match_share",
    "quasi_identifiers_shared", "dcr_share",
    "nndr", "psi", "pair_trends_all", "trivariate_accuracy", "pmse_ratio",
    "association_increase", "target_rate_difference",
}  # fmt: skip
ROWS = 40


@pytest.fixture(scope="module")
def measured(project):
    """A green build of rows from a file, and beside it comparisons that stand just inside."""
    path = write_csv(project.folder / "gated.csv", loans(ROWS, seed=5))
    project.run("delete from intermediate.int_scorecard__closeness")
    done = project.receive(path, min_rows_for_gates=10)
    assert done.returncode == 0, done.stdout[-3000:]
    for metric in sorted(CLOSENESS):
        project.run(
            "insert into intermediate.int_scorecard__closeness values ('file', "
            f"'{metric}', 'made up', 0.5, 0.5, '{GATES[metric].direction}', null)"
        )
    set_value(project, "tstr_ratio", 1)
    yield project, path
    project.run("delete from intermediate.int_scorecard__closeness")


def set_value(project, metric: str, value: float) -> None:
    project.run(
        f"update intermediate.int_scorecard__closeness set value = {value} "
        f"where metric = '{metric}'"
    )


def judged(measured, **variables):
    """The build of scorecard and gates, and the scorecard's rows by metric."""
    project, path = measured
    given = {"generator": "file", "synthetic_path": str(path), "min_rows_for_gates": 10}
    done = project.build("quality_scorecard+", **{**given, **variables})
    card = project.rows(
        "select metric, status, warn_at, fail_at, severity, limits, value, reason "
        "from marts.quality_scorecard where generator = 'file'"
    )
    names = ("status", "warn_at", "fail_at", "severity", "limits", "value", "reason")
    return done, {metric: dict(zip(names, rest, strict=True)) for metric, *rest in card}


@pytest.fixture(scope="module")
def plain(measured):
    done, card = judged(measured)
    assert done.returncode == 0, done.stdout[-3000:]
    return card


def test_every_gate_of_the_scorecard_is_on_with_its_default(plain):
    assert set(plain) == set(GATES)
    # A file is asked for no number of rows.
    assert plain["rows_delivered"]["status"] == "not_computed"
    # Not all of these builds is audited.
    assert plain["disclosure"]["status"] == "not_computed"
    passed = {metric for metric, row in plain.items() if row["status"] == "pass"}
    assert passed == set(GATES) - {"rows_delivered", "disclosure"}
    assert {row["limits"] for row in plain.values()} == {"default"}
    limited = [m for m, row in plain.items() if row["warn_at"] is not None]
    without = {"formula_exact_as_generated", "psi", "pmse_ratio", "trivariate_accuracy"}
    assert set(GATES) - set(limited) == without


def test_naming_one_gate_leaves_all_others_on(measured, plain):
    project, _ = measured
    set_value(project, "identical_match_share", 0.9)
    set_value(project, "nndr", 0.1)
    done, card = judged(measured, gates={"detection_auc": {"fail_at": 0.8}})
    set_value(project, "identical_match_share", 0.5)
    set_value(project, "nndr", 0.5)
    assert done.returncode == 1
    assert "identical_match_share is 0.9, above 0.5" in done.stdout
    assert "nndr is 0.1, below 0.3" in done.stdout
    assert (card["identical_match_share"]["status"], card["identical_match_share"]["severity"]) == (
        "fail",
        "error",
    )
    others = set(card) - {"detection_auc"}
    limits = ("warn_at", "fail_at", "limits")
    assert len(others) == len(GATES) - 1
    for metric in others:
        assert [card[metric][n] for n in limits] == [plain[metric][n] for n in limits]
    assert [card["detection_auc"][n] for n in limits] == [0.65, 0.8, "changed"]


def test_null_switches_a_gate_off_and_keeps_its_value(measured, plain):
    project, _ = measured
    set_value(project, "identical_match_share", 0.9)
    done, card = judged(measured, gates={"identical_match_share": None})
    set_value(project, "identical_match_share", 0.5)
    assert done.returncode == 0, done.stdout[-3000:]
    assert card.pop("identical_match_share") == {
        "status": "off",
        "warn_at": None,
        "fail_at": None,
        "severity": None,
        "limits": "off",
        "value": 0.9,
        "reason": "off: var gates",
    }
    assert card == {
        metric: row for metric, row in plain.items() if metric != "identical_match_share"
    }
    # One has no rows asked, one audit has not run, and one is off.
    assert f"{len(GATES) - 3} pass, 0 warn, 0 fail, 1 off." in done.stdout
    assert "off by var gates: identical_match_share" in done.stdout


def test_a_limit_taken_away_is_accepted_by_name(measured):
    project, _ = measured
    set_value(project, "identical_match_share", 0.9)
    done, card = judged(measured, gates={"identical_match_share": {"fail_by": None}})
    set_value(project, "identical_match_share", 0.5)
    assert done.returncode == 0, done.stdout[-3000:]
    row = card["identical_match_share"]
    assert [row[n] for n in ("status", "fail_at", "limits")] == ["warn", None, "changed"]
    assert "limits changed by var gates: identical_match_share" in done.stdout


def test_a_gate_can_be_made_an_error_for_rows_of_any_origin(measured):
    project, _ = measured
    set_value(project, "nndr", 0.1)
    change = {"nndr": {"always_error": True, "advice": "it's ours: ask"}}
    done, card = judged(measured, gates=change)
    set_value(project, "nndr", 0.5)
    assert done.returncode == 1
    assert card["nndr"]["severity"] == "error"
    assert "nndr is 0.1, below 0.3 (reference 0.5); try: it's ours: ask" in done.stdout


def test_a_scorecard_of_an_older_build_gets_the_new_column(measured):
    project, _ = measured
    project.run("alter table marts.quality_scorecard drop column limits")
    done, card = judged(measured)
    assert done.returncode == 0, done.stdout[-3000:]
    assert card["nndr"]["limits"] == "default"


def test_a_funnel_of_an_older_build_gets_the_new_column(measured):
    project, path = measured
    project.run("alter table marts.generation_funnel drop column share")
    done = project.build("generation_funnel", generator="file", synthetic_path=str(path))
    assert done.returncode == 0, done.stdout[-3000:]
    assert project.rows("select share from marts.generation_funnel where stage = 'received'") == [
        (1.0,)
    ]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"gates": {"detection_acu": None}}, "did you mean detection_auc?"),
        ({"min_cel_rows": 5}, "did you mean min_cell_rows?"),
        ({"export_on_red": True}, "var export_on_red is gone"),
        ({"segment_keys": 5}, "var segment_keys is 5: it must be a list of names."),
    ],
)
def test_a_var_that_cannot_work_stops_the_build_before_it_starts(measured, variables, said):
    project, _ = measured
    before = project.rows("from marts.quality_scorecard order by all")
    done, _ = judged(measured, **variables)
    assert done.returncode != 0
    assert said in done.stdout
    assert "of 1 START" not in done.stdout
    assert project.rows("from marts.quality_scorecard order by all") == before
