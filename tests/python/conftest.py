"""What many tests share: where things lie, and loans that are nobody's."""

import os
from pathlib import Path

import pytest

from likeness.schema.fields import Field, load_fields

ROOT = Path(__file__).resolve().parents[2]


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
