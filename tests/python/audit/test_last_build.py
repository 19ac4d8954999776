"""What an audit says of tables that were never made and of files of another build."""

import json

from likeness.builds.publishing import manifest
from likeness.schema.outputs import ROWS, SEEDS

SOURCES = "intermediate.table_sources"
OTHER = "0f0e0d0c"


def published(folder, build_id: str) -> None:
    """A manifest of seeds and rows in a folder."""
    (folder / ROWS).write_text("nobody's rows\n")
    files = {name: manifest.entry(folder / name) for name in (SEEDS, ROWS)}
    manifest.write(folder, {"build_id": build_id, "files": files})


def foreign_seed(folder) -> None:
    (folder / SEEDS).write_text(json.dumps([["The mean of nothing is 5.0."]]))


def test_files_of_the_tables_build_are_compared(audited):
    folder = audited.folder / "exports"
    foreign_seed(folder)
    findings = audited()
    assert [table for table, *_ in findings] == [SEEDS]
    assert audited.tally.notes == []


def test_files_of_an_older_build_are_not_compared_and_it_says_so(audited):
    folder = audited.folder / "exports"
    foreign_seed(folder)
    published(folder, OTHER)
    assert audited() == []
    (note,) = audited.tally.notes
    assert f"{SEEDS} and {ROWS}" in note
    assert f"of build {OTHER}" in note


def test_tables_that_were_never_made_are_named(audited):
    findings = audited(
        f"update {SOURCES} set source = null where node = 'model.likeness.comparison_shares'"
    )
    assert findings == []
    (note,) = audited.tally.notes
    assert note.startswith("1 model has no table")
    assert "comparison_shares" in note


def test_a_database_without_records_has_nothing_to_say(audited):
    assert audited(f"drop table {SOURCES}") == []
    assert audited.tally.notes == []
