"""One source of made-up loans, its seeds and its rules, shared by all planted defects."""

import pytest

from .made_loans import loans, write_csv
from .project import NO_CLOSENESS, Project


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Project:
    """The project with its seeds written and no synthetic row received yet."""
    folder = tmp_path_factory.mktemp("checks")
    made = Project(folder, write_csv(folder / "loans.csv", loans(2500, seed=1)))
    selected = ("+synthesis_plan", "+source_rules", "int_loans__split", "gates")
    # Only tests whose tables are all made: one on the gates asks for the scorecard too.
    done = made.build(*selected, "--indirect-selection", "cautious")
    assert done.returncode == 0, done.stdout[-3000:]
    made.run(NO_CLOSENESS)
    return made
