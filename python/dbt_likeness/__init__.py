"""What dbt asks before it reads the project: are the vars of Likeness what they may be?

dbt finds this package by its prefix and calls it once a command. A list that is no list would stop
the reading of the models in words that name no var; where Likeness is a package of another project,
the preflight asks instead.
"""

import functools
from typing import Any

from dbt.contracts.graph.manifest import Manifest
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
            _read_own_tables()
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


@functools.cache
def _read_own_tables() -> None:
    # Models name Likeness in every `ref`, but dbt writes the one of a generic test itself, without
    # a package, and would test a model of the other project that has the table's name.
    resolve = Manifest.resolve_ref

    @functools.wraps(resolve)
    def resolve_ref(
        self: Manifest, node: Any, name: str, package: str | None, *others: Any
    ) -> object:
        of_test = package is None and node.package_name == PACKAGE and node.resource_type == "test"
        own = resolve(self, node, name, PACKAGE, *others) if of_test else None
        is_there = own is not None and getattr(own, "unique_id", "").startswith(f"model.{PACKAGE}.")
        return own if is_there else resolve(self, node, name, package, *others)

    Manifest.resolve_ref = resolve_ref


plugins = [Vars]
