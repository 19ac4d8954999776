"""`make sds-open`: what is open is listed, and given up only when that is asked for."""

import pytest

from likeness.cli.__main__ import main
from likeness.llm.core.journal import Journal
from likeness.llm.sds.backend import NOTES
from likeness.llm.sds.posted import Posted


@pytest.fixture
def place(tmp_path):
    """Vars of a journal with two open calls, one of them a job that was started."""
    given = tmp_path / "vars.yml"
    given.write_text(f"journal_dir: {tmp_path / 'journal'}\n")
    posted = Posted(tmp_path / "journal" / NOTES)
    posted.add("likeness-a", "likeness-a-1", "5 rows of seed 3")
    posted.taken("likeness-a")
    posted.add("likeness-b", "likeness-b-1")
    posted.remember("http://here", "generations", 7)
    return given, posted


def asked(given, *arguments):
    return main(["sds-open", "--vars", str(given), *arguments])


def test_open_calls_are_listed_and_stay_open(place, capsys):
    given, posted = place
    assert asked(given) == 0
    said = capsys.readouterr().out
    assert "2 calls" in said
    assert "likeness-a-1: sent 0 minutes ago, 5 rows of seed 3; a job was started" in said
    assert "likeness-b-1: sent 0 minutes ago; no answer came" in said
    assert set(posted.open()) == {"likeness-a", "likeness-b"}


def test_one_call_is_given_up_by_its_name(place, capsys):
    given, posted = place
    assert asked(given, "--give-up", "likeness-a-1") == 0
    assert "1 calls are given up" in capsys.readouterr().out
    assert set(posted.open()) == {"likeness-b"}
    assert posted.given_up("likeness-a") == {"likeness-a-1"}
    assert posted.listed("http://here", "generations") == 7
    assert asked(given, "--give-up", "likeness-a-1") == 1
    assert "no open call" in capsys.readouterr().out


def test_all_are_given_up_with_what_the_server_listed(place, capsys):
    given, posted = place
    assert asked(given, "--give-up") == 0
    assert posted.open() == {}
    assert posted.listed("http://here", "generations") == 0
    assert asked(given) == 0
    assert "is open" in capsys.readouterr().out


def test_nothing_is_given_up_beside_a_build(place, tmp_path, capsys):
    given, posted = place
    with Journal(tmp_path / "journal", write=True):
        assert asked(given, "--give-up") == 1
    assert "sds-open: " in capsys.readouterr().out
    assert len(posted.open()) == 2
