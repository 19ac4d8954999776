"""What dbt asks before it reads the project: are the vars of Likeness what they may be?

dbt finds this package by its prefix and calls it once a command. A list that is no list would stop
the reading of the models in words that name no var; where Likeness is a package of another project,
the preflight asks instead.
"""

from dbt.plugins import dbtPlugin

from likeness.schema.check import problem_with_vars
from likeness.schema.fields import load_derived, load_fields
from likeness.schema.gates import FILE, load_gates
from likeness.schema.given import (
    PACKAGE,
    checked_names,
    problem_with_names,
    project_vars,
    seed_file,
)
from likeness.warehouse.dbt_flags import command_line_vars, project_file


class Vars(dbtPlugin):
    """Stops a command whose vars cannot work, in one sentence."""

    def initialize(self) -> None:
        """Check the vars of Likeness's own project. Raises ValueError with the sentence."""
        if self.project_name != PACKAGE:
            return
        project, given = project_file(), command_line_vars()
        sentence = problem_with_names(*checked_names(project, given))
        sentence = sentence or problem_with_vars(
            {**project_vars(project), **given},
            load_fields(seed_file("seeds/fields.csv")),
            load_derived(seed_file("seeds/fields.csv")),
            load_gates(seed_file(FILE)),
        )
        if sentence:
            raise ValueError(sentence)


plugins = [Vars]
