"""What many tests share: where things lie, and how tests are shared out among processes."""

import atexit
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from likeness.schema.fields import Field, load_fields
from likeness.warehouse.workers import ONE_THREAD

# Before a test loads the libraries that read it: tests run in as many processes as there are cores.
os.environ.update(ONE_THREAD)
# Two threads of one build would wait for each other's interpreter lock, and other tests for both.
os.environ.setdefault("LIKENESS_THREADS", "1")
ROOT = Path(__file__).resolve().parents[2]
# Folders whose files share one build; with pytest-xdist each stays in one process.
SHARING = ("audit", "checks")
# Where most time goes. What starts first cannot be what the other process waits for at the end.
LONGEST = ("builds", "checks", "llm/test_dbt", "audit", "forked", "llm", "publishing")

if "PYTEST_XDIST_WORKER" in os.environ:
    # A process of pytest-xdist ends here. Taken apart further, one whose modules pytest has
    # rewritten leaves types of DuckDB's binding to chance, which then reports them as leaked.
    @atexit.register
    def _end() -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(0)


# How long an example takes says more about the machine than about the code.
settings.register_profile("likeness", deadline=None)
settings.load_profile("likeness")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one file, or of one folder in SHARING, form a group; the longest come first."""
    places = {}
    for item in items:
        place = item.path.relative_to(ROOT / "tests" / "python").with_suffix("").as_posix()
        folder = place.split("/")[0]
        group = folder if folder in SHARING else place
        item.add_marker(pytest.mark.xdist_group(group))
        ranks = (n for n, name in enumerate(LONGEST) if f"{place}/".startswith(f"{name}/"))
        places[item] = min(ranks, default=len(LONGEST))
    items.sort(key=places.get)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def fields() -> list[Field]:
    """The field list of the project."""
    return load_fields(ROOT / "seeds" / "fields.csv")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real loans beside the project; the test is skipped where there is none."""
    folder = Path(os.environ.get("LIKENESS_SHARED", ROOT.parent / "shared"))
    if not (folder / "data" / "lending_club_5k.csv").is_file():
        pytest.skip("the real loans are not on this machine")
    return folder
