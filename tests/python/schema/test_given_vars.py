"""Which names are checked, and what is said of an unknown one."""

import pytest

from likeness.schema.given import checked_names, problem_with_names, read_vars


def file_of(folder, text: str):
    path = folder / "dbt_project.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("min_cel_rows", "did you mean min_cell_rows?"),
        ("max_revol_utl", "did you mean max_revol_util?"),
        ("Generator", "did you mean generator?"),
        ("qqqqqq", "docs/vars.md lists them."),
        (5, "var 5 is neither"),
        ("export_on_red", "gates: {detection_auc: {fail_at: null}}"),
        ("always_errors", "{detection_auc: {always_error: true}}"),
    ],
)
def test_an_unknown_name_is_one_sentence(name, said):
    sentence = problem_with_names([name])
    assert said in sentence
    assert f"var {name} is" in sentence
    assert "\n" not in sentence


def test_known_names_are_those_of_the_schema_of_rules_and_of_other_packages():
    assert problem_with_names(["gates", "max_revol_util", "dbt_date:time_zone"]) == ""
    assert problem_with_names(["mine"], known=["mine"]) == ""
    assert problem_with_names(["export_on_red"], known=["export_on_red"]) != ""


def test_a_var_that_only_a_rule_names_is_known(tmp_path, monkeypatch):
    (tmp_path / "seeds").mkdir()
    rules = (
        "id,category,condition,sentence,penalty,enforced\na,realism,dti < {dti_cap},below,1,true\n"
    )
    (tmp_path / "seeds" / "business_rules.csv").write_text(rules)
    assert problem_with_names(["dti_cap"]) != ""
    monkeypatch.chdir(tmp_path)
    assert problem_with_names(["dti_cap"]) == ""


def test_in_its_own_project_all_vars_are_checked(tmp_path):
    path = file_of(tmp_path, "name: likeness\nvars:\n  a: 1\n  likeness: {b: 2}\n")
    assert checked_names(path, ["c"]) == ({"a", "b", "c"}, set())


def test_in_a_host_only_its_scope_and_the_command_line_are_checked(tmp_path):
    path = file_of(tmp_path, "name: host\nvars:\n  a: 1\n  likeness: {b: 2}\n  other: {d: 1}\n")
    assert checked_names(path, ["a", "c"]) == ({"a", "b", "c"}, {"a", "other"})
    assert problem_with_names(*checked_names(path, ["a"])).startswith("var b is neither")
    assert problem_with_names({"a"}, {"a", "other"}) == ""


def test_vars_of_a_file_lie_over_those_of_the_project(tmp_path):
    path = file_of(tmp_path, "vars:\n  judge: rules\n  seeds_path: a\n  likeness: {judge: sds}\n")
    given = tmp_path / "run.yml"
    given.write_text("# a comment\nseeds_path: b\n", encoding="utf-8")
    assert read_vars(path, given) == {"judge": "sds", "seeds_path": "b"}
    assert read_vars(path, None) == {"judge": "sds", "seeds_path": "a"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("judge rules", "settings are lines of the form name: value"),
        ("- judge", "settings are lines of the form name: value"),
        ("judge: [", "this is no YAML"),
        ("jugde: sds", "did you mean judge?"),
        ("export_on_red: true", "var export_on_red is gone"),
    ],
)
def test_a_file_that_is_no_file_of_vars_is_one_sentence(tmp_path, text, said):
    given = tmp_path / "run.yml"
    given.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"run\.yml: ") as error:
        read_vars(tmp_path / "none.yml", given)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_commands_in_another_project_know_the_defaults_of_likeness(tmp_path):
    project = tmp_path / "dbt_project.yml"
    project.write_text(
        "name: mine\nvars:\n  likeness: {segment_keys: [kind]}\n  extend_domains: {}\n"
    )
    found = read_vars(project, None)
    assert found["segment_keys"] == ["kind"]
    assert found["min_cell_rows"] == 20
