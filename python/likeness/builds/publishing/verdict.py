"""What a run of dbt may publish, decided by what it ran and how that ended."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from likeness.schema.outputs import FIRST_STEP, WHOLE

FAILED = ("error", "fail", "runtime error", "partial success")
DONE = ("success", "pass", "warn")
TABLES = ("model", "seed")


class Verdict(NamedTuple):
    """`publishes`: whole, step_1 or ''; `failed`: names of what makes it red; `why`: why nothing.

    A run with neither has left something out.
    """

    publishes: str
    failed: tuple[str, ...]
    why: str


def verdict(
    nodes: Sequence[Mapping], results: Sequence[Mapping], gates: Sequence[Mapping], is_empty: bool
) -> Verdict:
    """What a run may publish.

    `nodes`: every table and test of the project (id, name, kind, parents, is_error: a test that
    fails the build, stages: writes files for others, tags). `results`: what was run (id, name,
    kind, status). `gates`: the scorecard of this build (metric, severity). `is_empty`: the run was
    asked to leave all tables empty.
    """
    failed = [f"{row['kind']} {row['name']}" for row in results if row["status"] in FAILED]
    failed += [f"gate {gate['metric']}" for gate in gates if gate["severity"] == "error"]
    if failed:
        return Verdict("", tuple(failed), "")
    if is_empty:
        return Verdict("", (), "the tables were asked to be empty")
    done = {row["id"] for row in results if row["status"] in DONE}
    tables = {node["id"]: node for node in nodes if node["kind"] in TABLES}
    untested = [
        node["name"]
        for node in nodes
        if node["kind"] == "test"
        and node["is_error"]
        and node["id"] not in done
        # A test of what this run has not made is none of its own.
        and all(parent in done for parent in node["parents"] if parent in tables)
        and any(parent in tables for parent in node["parents"])
    ]
    if untested:
        return Verdict("", (), f"{len(untested)} tests were left out, {untested[0]} among them")
    left_out = [node["name"] for key, node in tables.items() if key not in done]
    if not left_out:
        return Verdict(WHOLE, (), "")
    first = [key for key, node in tables.items() if node["stages"] and FIRST_STEP in node["tags"]]
    if any(_ancestors(key, tables) <= done for key in first):
        return Verdict(FIRST_STEP, (), "")
    return Verdict("", (), f"{len(left_out)} tables were left out, {left_out[0]} among them")


def _ancestors(key: str, tables: Mapping[str, Mapping]) -> set[str]:
    """A table and all tables that it is made of."""
    found, waiting = set(), [key]
    while waiting:
        current = waiting.pop()
        if current in tables and current not in found:
            found.add(current)
            waiting += tables[current]["parents"]
    return found
