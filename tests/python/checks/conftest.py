"""One source of made-up loans, its seeds and its rules, shared by all planted defects."""

import pytest

from .made_loans import loans, write_csv
from .project import NO_CLOSENESS, Project


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Project:
    """The project with its seeds written and no synthetic row received yet."""
    folder = tmp_path_factory.mktemp("checks")
    made = Project(folder, write_csv(folder / "loans.csv", loans(2500, seed=1)))
    # The gates are there before the scorecard that a test of theirs reads.
    done = made.build(
        *("+synthesis_plan", "+source_rules", "int_loans__split", "gates"),
        left_out=["every_metric_has_its_gate"],
    )
    assert done.returncode == 0, done.stdout[-3000:]
    made.run(NO_CLOSENESS)
    return made
