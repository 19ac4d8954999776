"""What a forked process does is what a new one does: words, exit code, files and surroundings."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import forked
from checks.made_loans import loans, write_csv
from checks.project import ROOT

PATHS = [ROOT / "python", ROOT / "tests" / "python"]
# What differs between any two builds: times and the id.
OWN = re.compile(
    r"\d\d:\d\d:\d\d|\d+\.\d+s|\d+\.\d+ seconds|\d+ hours \d+ minutes and |[0-9a-f-]{36}"
)


def surroundings(folder: Path, **changed: str) -> dict[str, str]:
    """An environment in which dbt writes into `folder` alone."""
    return os.environ | {
        "DBT_PROFILES_DIR": str(ROOT),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "LIKENESS_DB": str(folder / "likeness.duckdb"),
        "PYTHONPATH": os.pathsep.join(map(str, PATHS)),
        "DBT_LOG_LEVEL_FILE": "debug",
        **changed,
    }


def new(module: str, arguments: list[str], cwd: Path, env: dict) -> subprocess.CompletedProcess:
    """The command line itself."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    return write_csv(tmp_path_factory.mktemp("source") / "loans.csv", loans(1200, seed=9))


def both(folder: Path, *arguments: str, **changed: str) -> list[tuple[Path, object]]:
    """The folder and outcome of a forked process, then those of a new one."""
    outcomes = []
    for run in (forked.run, new):
        place = folder / run.__name__
        place.mkdir(exist_ok=True)
        given = [argument.replace("FOLDER", str(place)) for argument in arguments]
        outcomes.append((place, run("dbt.cli.main", given, ROOT, surroundings(place, **changed))))
    return outcomes


def words(place: Path, said: str) -> list[str]:
    """The lines of an output without times, sorted, since two models run at once."""
    plain = re.sub(r"\.{2,}", "", OWN.sub("", said.replace(str(place), "FOLDER")))
    # Which of two nodes is first is chance.
    lines = (re.sub(r"^\s*\d+ of (\d+)", r"of \1", line) for line in plain.splitlines())
    return sorted(" ".join(line.split()) for line in lines)


def assert_same_words(outcomes) -> None:
    (here, one), (there, other) = outcomes
    assert one.returncode == other.returncode
    assert one.stderr == other.stderr
    assert words(here, one.stdout) == words(there, other.stdout)


def test_a_build_makes_the_same_tables_files_and_words(tmp_path, source):
    given = {"export_dir": "FOLDER/exports", "fingerprint_key": "of both", "max_fit_rows": 1000}
    selected = ("-s", "+seed_instructions", "--exclude", "resource_type:unit_test")
    outcomes = both(
        *(tmp_path, "--no-use-colors", "build", *selected, "--vars", json.dumps(given)),
        LOANS_PATH=str(source),
    )
    assert_same_words(outcomes)
    assert outcomes[0][1].returncode == 0, outcomes[0][1].stdout[-3000:]
    made = []
    for place, _ in outcomes:
        tables = {}
        with duckdb.connect(str(place / "likeness.duckdb"), read_only=True) as connection:
            names = connection.sql(
                "select schema_name || '.' || table_name from duckdb_tables() order by 1"
            ).fetchall()
            for (name,) in names:
                relation = connection.table(name)
                kept = [c for c in relation.columns if not c.endswith(("_at", "build_id"))]
                rows = relation.project(", ".join(f'"{c}"' for c in kept)).order("all").fetchall()
                tables[name] = OWN.sub("", repr(rows).replace(str(place), "FOLDER"))
        made.append(tables)
    assert len(made[0]) > 15
    assert made[0] == made[1]
    file = "exports/SeedsInstructions.json"
    assert len({(place / file).read_bytes() for place, _ in outcomes}) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("build", "--vars", '{"segment_keys": 5}'), 2),
        (("no-such-command",), 2),
    ],
)
def test_a_failure_has_the_same_words_and_exit_code(tmp_path, arguments, code):
    outcomes = both(tmp_path, "--no-use-colors", *arguments, LOANS_PATH="")
    assert_same_words(outcomes)
    assert outcomes[0][1].returncode == code


@pytest.fixture
def module(tmp_path) -> dict[str, str]:
    """The environment in which a module `surrounded` says what it finds around it."""
    (tmp_path / "surrounded.py").write_text(
        "import json, os, signal, sys, tempfile, threading, time\n"
        "if 'wait' in sys.argv: print('waiting', flush=True); time.sleep(600)\n"
        "from dbt.adapters.factory import FACTORY\n"
        "from dbt.deprecations import active_deprecations\n"
        "from dbt_common.events.event_manager_client import get_event_manager\n"
        "print(json.dumps([__name__, sys.argv[1:], os.getcwd(), sys.path[:2], os.environ['ONE'],\n"
        "    tempfile.gettempdir(),\n"
        "    'TWO' in os.environ, len(FACTORY.adapters), dict(active_deprecations),\n"
        "    len(get_event_manager().loggers), threading.active_count(),\n"
        "    signal.getsignal(signal.SIGINT) is signal.default_int_handler,\n"
        "    sys.stdin.read(), os.getpgid(0) == os.getpgid(os.getppid())]))\n"
        "print('to the other', file=sys.stderr)\n"
        "sys.exit(7)\n"
    )
    return os.environ | {"PYTHONPATH": str(tmp_path), "ONE": "1", "TMPDIR": str(tmp_path)}


def test_a_forked_process_finds_the_surroundings_of_a_new_one(tmp_path, module, monkeypatch):
    monkeypatch.setenv("TWO", "of the tests, not of the call")
    done = forked.run("surrounded", ["a", "b c"], tmp_path, module)
    plain = subprocess.run(
        [sys.executable, "-m", "surrounded", "a", "b c"],
        cwd=tmp_path,
        env=module,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == plain.stdout
    assert done.stderr == plain.stderr
    assert done.returncode == plain.returncode == 7


def test_a_forked_process_can_be_killed_while_others_run(tmp_path, module):
    first, second = (forked.start("surrounded", ["wait"], tmp_path, module) for _ in range(2))
    for run in (first, second):
        assert run.stdout.readline() == "waiting\n"
        assert run.poll() is None
    first.send_signal(signal.SIGKILL)
    assert first.communicate() == ("", None)
    assert first.returncode == -signal.SIGKILL
    assert second.poll() is None
    second.send_signal(signal.SIGTERM)
    assert second.wait() == -signal.SIGTERM
    second.stdout.close()
    assert forked.run("surrounded", [], tmp_path, module).returncode == 7
