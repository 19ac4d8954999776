"""Which runs stop over another source, which say what they replace, and which go on."""

import gzip
import json
import shutil

import pytest

from likeness.builds.provenance import checks, key
from likeness.builds.provenance.digest import file_digest

FINGERPRINT = key.fingerprint("k", "real")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two sources, real.csv and new.csv, and the embedded loans in their place."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "real.csv").write_text("a\n1\n")
    (tmp_path / "new.csv").write_text("a\n2\n")
    with gzip.open(checks.EMBEDDED, "wt") as handle:
        handle.write("a\n3\n")
    return tmp_path


@pytest.fixture
def asked(folder):
    """A request over a database made from real.csv; keywords change it."""

    def request(**changed) -> dict:
        identity = {
            "name": "real.csv",
            "digest": file_digest("real.csv"),
            "rows": 1,
            "fingerprint": FINGERPRINT,
            "built_at": "2026-01-02 03:04:05",
        }
        whole = {
            "environment": "real.csv",
            "variable": checks.EMBEDDED,
            "given": False,
            "which": "build",
            "unselected": [],
            "database": "likeness.duckdb",
            "export_dir": "exports",
            "replace_other_source": False,
            "identity": identity,
            "tables": [],
        }
        return whole | changed

    return request


def manifest(folder, name: str, fingerprint: str | None = None, rows: int = 1) -> None:
    (folder / "exports").mkdir(exist_ok=True)
    source = {"name": name, "fingerprint": fingerprint, "rows": rows}
    text = json.dumps({"build_id": "b", "built_at": "2026-05-06T07:08:09", "source": source})
    (folder / "exports" / checks.MANIFEST).write_text(text)


@pytest.mark.parametrize("which", ["build", "run", "test"])
@pytest.mark.parametrize(
    ("environment", "said"),
    [("new.csv", "LOANS_PATH is new.csv"), ("", "embedded data/loans.csv.gz")],
)
def test_a_partial_run_over_another_source_stops_and_names_both(asked, which, environment, said):
    unselected = [] if which == "test" else ["model.likeness.report"]
    request = asked(which=which, environment=environment, unselected=unselected)
    sentence = checks.answer(request)["sentence"]
    assert said in sentence
    assert "real.csv (built 2026-01-02 03:04)" in sentence
    assert "set LOANS_PATH=real.csv to go on with it" in sentence
    assert sentence.count(". ") == 0


def test_a_whole_build_over_another_source_says_what_it_replaces(asked):
    answer = checks.answer(asked(environment="new.csv"))
    assert answer["sentence"] == ""
    assert answer["note"] == (
        "This build replaces tables made from real.csv (built 2026-01-02 03:04) by those of "
        "new.csv."
    )


@pytest.mark.parametrize(
    ("changed", "stops"),
    [
        ({"environment": ""}, True),
        ({"environment": "", "replace_other_source": True}, False),
        ({"environment": checks.EMBEDDED}, False),
        ({"environment": "", "given": True}, False),
        ({"environment": "", "variable": "new.csv"}, False),
        ({"environment": "", "identity": None}, False),
    ],
)
def test_embedded_loans_replace_nothing_unless_somebody_says_so(asked, changed, stops):
    answer = checks.answer(asked(**changed))
    assert bool(answer["sentence"]) is stops
    if stops:
        assert "embedded data/loans.csv.gz" in answer["sentence"]
        assert "LOANS_PATH=real.csv" in answer["sentence"]
        assert "replace_other_source: true" in answer["sentence"]
    assert bool(answer["note"]) is (not stops and changed.get("identity", True) is not None)


def test_embedded_loans_do_not_replace_the_exports_of_another_database(asked, folder):
    manifest(folder, "real.csv", FINGERPRINT)
    plain = asked(environment="", identity=None)
    sentence = checks.answer(plain)["sentence"]
    assert "exports was made from real.csv (built 2026-05-06 07:08)" in sentence
    answer = checks.answer(plain | {"replace_other_source": True})
    assert answer["sentence"] == ""
    assert "replaces the files of exports made from real.csv" in answer["note"]
    assert checks.answer(plain | {"which": "test"})["sentence"] == ""


@pytest.mark.parametrize(
    ("name", "fingerprint", "replaces"),
    [
        ("real.csv", FINGERPRINT, False),
        ("elsewhere/real.csv", FINGERPRINT, False),
        ("real.csv", key.fingerprint("k", "other"), True),
        ("real.csv", key.fingerprint("another key", "real"), False),
        ("other.csv", key.fingerprint("another key", "real"), True),
        ("other.csv", None, True),
    ],
)
def test_a_manifest_distinguishes_sources_by_fingerprint_then_by_name(
    asked, folder, name, fingerprint, replaces
):
    manifest(folder, name, fingerprint)
    answer = checks.answer(asked())
    assert answer["sentence"] == ""
    assert bool(answer["note"]) is replaces


@pytest.mark.parametrize(("rows", "stops"), [(1, False), (2, True), (0, True)])
def test_a_file_of_the_same_name_elsewhere_is_distinguished_by_its_rows(asked, folder, rows, stops):
    manifest(folder, "loans.csv.gz", key.fingerprint("another key", "x"), rows)
    sentence = checks.answer(asked(environment="", identity=None))["sentence"]
    assert bool(sentence) is stops
    if stops:
        assert "set LOANS_PATH to the path of loans.csv.gz to go on with it" in sentence


@pytest.mark.parametrize("text", ["", "[]", '{"source": null}', '{"source": {"name": ""}}', "{"])
def test_a_manifest_that_names_no_source_stops_no_build(asked, folder, text):
    (folder / "exports").mkdir()
    (folder / "exports" / checks.MANIFEST).write_text(text)
    assert checks.answer(asked(environment="", identity=None))["sentence"] == ""


def test_a_copy_is_the_same_source_and_a_changed_file_another(asked, folder):
    shutil.copy("real.csv", "copy.csv")
    with gzip.open("packed.csv.gz", "wb") as handle:
        handle.write((folder / "real.csv").read_bytes())
    partial = {"unselected": ["model.likeness.report"]}
    for name in ("copy.csv", "packed.csv.gz", str(folder / "real.csv")):
        answer = checks.answer(asked(environment=name, **partial))
        assert (answer["sentence"], answer["note"]) == ("", "")
    request = asked(**partial)
    (folder / "real.csv").write_text("a\n9\n")
    sentence = checks.answer(request)["sentence"]
    assert "real.csv (built 2026-01-02 03:04), which has changed since" in sentence
    (folder / "real.csv").unlink()
    assert checks.answer(request)["sentence"] == ""


@pytest.mark.parametrize("which", ["build", "test"])
def test_tables_that_an_unfinished_build_left_stop_all_but_what_makes_them_anew(asked, which):
    now = file_digest("real.csv")
    node = "model.likeness.report"
    made = {"node": node, "source": now, "source_name": "real.csv", "pending": None}
    left = made | {"source": "another", "source_name": "old.csv"}
    killed = made | {"pending": "file:another"}
    for tables, stops in (([made], False), ([left], True), ([killed], True)):
        for unselected in ([node], ["model.likeness.loans"]):
            request = asked(tables=tables, which=which, unselected=unselected)
            sentence = checks.answer(request)["sentence"]
            assert bool(sentence) is (stops and unselected == [node])
    request = asked(tables=[left], which=which, unselected=[node])
    assert "such as report may still be those of old.csv" in checks.answer(request)["sentence"]


def test_tables_of_a_source_that_is_not_noted_are_not_mixed_with_any(asked):
    unknown = {
        "name": None,
        "digest": "unknown",
        "rows": None,
        "fingerprint": None,
        "built_at": None,
    }
    sentence = checks.answer(asked(identity=unknown, which="test"))["sentence"]
    assert "a source whose name an older Likeness did not keep" in sentence
    assert "whole `dbt build`" in sentence
    assert "replaces tables made from" in checks.answer(asked(identity=unknown))["note"]
