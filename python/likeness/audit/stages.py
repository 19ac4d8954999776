"""The audit in its stages: before a model is asked, of the engine's tables, of marts, of files."""

from collections.abc import Container, Iterable, Mapping

import pandas as pd

from likeness import warehouse
from likeness.audit import grids, named, rates, statements, texts
from likeness.audit.differences import audit_differences
from likeness.audit.findings import Tally
from likeness.audit.recount import Part, audit_table, parts_of
from likeness.audit.registry import (
    ENGINE_TABLES,
    ON_ALL_ROWS,
    READ_APART,
    SCHEMAS,
    WITHOUT_ROWS,
    Published,
    published,
)
from likeness.audit.rules import audit_rules
from likeness.audit.solved import audit_moments, moments_of
from likeness.audit.sources import LOANS, Sources
from likeness.audit.synthesizer import PROFILE, audit_engine
from likeness.audit.values import audit_values
from likeness.llm.core.examples import load_examples
from likeness.schema import outputs
from likeness.schema.fields import Field, derived_from_rows, fields_from_rows
from likeness.warehouse import packing

SAMPLE = "intermediate.int_loans__fit_sample"
FIELDS = "seeds.fields"
GENERATOR = "generator"


def audit_seeds(
    connection: warehouse.Connection,
    variables: Mapping[str, object],
    tables: Iterable[str] | None = None,
) -> Tally:
    """Profiles, rules, seeds and example rows: whatever a generator or a language model is sent.

    `variables`: the vars of the project. Its tables are read by name over `connection`; of these
    only `tables` (layer.name, without var schema_prefix), if they are given.
    """
    tally = Tally(int(variables["min_cell_rows"]))
    present = _present(connection, prefix_of(variables), tables)
    sources = Sources(connection, prefix_of(variables))
    try:
        fields = _fields(sources)
        keys = variables["segment_keys"]
        parts = _audit_published("profiles", present, sources, variables, tally)
        audit_rules(sources, tally)
        in_seeds = statements.audit_statements(
            sources, fields, keys, variables["date_stand_ins"], tally
        )
        in_seeds = in_seeds.rename(columns={"statement": "row"}).assign(table=statements.SEEDS)
        public = _public_values(sources)
        for values in (named.named_in(parts), named.named_segments(sources, keys), in_seeds):
            named.audit_named(values, public, sources, tally)
        if variables.get("example_path"):
            examples = [one.row for one in load_examples(str(variables["example_path"]), fields)]
            texts.audit_examples(sources, examples, fields, tally)
    finally:
        sources.close()
    return tally


def audit_marts(
    connection: warehouse.Connection,
    variables: Mapping[str, object],
    tables: Iterable[str] | None = None,
) -> Tally:
    """Comparison marts and synthetic rows, the differences of all groups that are published.

    Arguments as of `audit_seeds`.
    """
    tally = Tally(int(variables["min_cell_rows"]))
    present = _present(connection, prefix_of(variables), tables)
    sample_rows = int(variables["max_comparison_rows"])
    sources = Sources(connection, prefix_of(variables), sample_rows)
    try:
        fields = _fields(sources)
        parts = _audit_published("marts", present, sources, variables, tally)
        audit_differences(
            [*parts, *_parts("profiles", present, sources, variables)], sources, tally
        )
        target = variables["utility_target"]
        if rates.TABLE in present:
            rates.audit_rates(sources, target, tally)
        if grids.TABLE in present:
            grids.audit_grids(sources, tally)
        found = [named.named_in(parts)]
        if {texts.ROWS, texts.TYPED} <= present:
            texts.audit_rows(sources, fields, tally)
            names = [*variables["categorical_variables"], *variables["segment_keys"]]
            found.append(texts.named_in_rows(sources, sorted(set(names))))
        for values in found:
            named.audit_named(values, _public_values(sources), sources, tally)
    finally:
        sources.close()
    return tally


def audit_engine_tables(
    connection: warehouse.Connection, variables: Mapping[str, object], tally: Tally
) -> None:
    """Add what the offline engine's tables disclose to `tally`, where the build has them."""
    prefix = prefix_of(variables)
    if PROFILE not in _present(connection, prefix):
        return
    packed, sample = (
        connection.execute(f"select * from {prefix}{table}").df() for table in (PROFILE, SAMPLE)
    )
    audit_engine(packing.unpack(packed), sample, tally)


def audit_files(
    connection: warehouse.Connection,
    variables: Mapping[str, object],
    tally: Tally,
    others: Container[str] = (),
) -> None:
    """Add what the exported seeds and rows in var `export_dir` disclose to `tally`.

    `others`: the files that are of another build than the tables.
    """
    present = _present(connection, prefix_of(variables))
    sources = Sources(connection, prefix_of(variables))
    folder = str(variables["export_dir"])
    try:
        if outputs.SEEDS not in others:
            statements.audit_seed_file(sources, folder, tally)
        if texts.ROWS in present and outputs.ROWS not in others:
            texts.audit_export(sources, _fields(sources), folder, tally)
    finally:
        sources.close()


def audit_unlisted(
    connection: warehouse.Connection, variables: Mapping[str, object], tally: Tally
) -> None:
    """Add to `tally` each table of a published schema that no part of the audit knows."""
    known = {entry.table for entry in published(variables)}
    known |= {*ON_ALL_ROWS, *READ_APART, *WITHOUT_ROWS}
    for name in sorted(_present(connection, prefix_of(variables)) - known):
        if name.startswith(SCHEMAS) and not name.startswith(ENGINE_TABLES):
            tally.add(name, "all", "is not listed in likeness.audit.registry", 0)


def _fields(sources: Sources) -> list[Field]:
    return fields_from_rows(_listed_fields(sources))


def _public_values(sources: Sources) -> dict[str, set[str]]:
    rows = _listed_fields(sources)
    return named.public_values([*fields_from_rows(rows), *derived_from_rows(rows)])


def _listed_fields(sources: Sources) -> list[dict]:
    frame = sources.query(f"select * from {sources.table(FIELDS)}").astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def _listed(schema: str, present: set[str], variables: Mapping[str, object]) -> list[Published]:
    return [
        entry
        for entry in published(variables)
        if entry.table in present and entry.table.startswith(f"{schema}.")
    ]


def _parts(
    schema: str, present: set[str], sources: Sources, variables: Mapping[str, object]
) -> list[Part]:
    return [
        part
        for entry in _listed(schema, present, variables)
        for table in _tables(entry, sources)
        for part in parts_of(entry, table, sources)
    ]


def _tables(entry: Published, sources: Sources) -> list[pd.DataFrame]:
    """The rows of a table, those of each generator by themselves: each has published its own."""
    whole = sources.query(f"select * from {sources.table(entry.table)} where {entry.where}")
    if GENERATOR not in whole:
        return [whole]
    return [part.reset_index(drop=True) for _, part in whole.groupby(GENERATOR, sort=True)]


def _audit_published(
    schema: str, present: set[str], sources: Sources, variables: Mapping[str, object], tally: Tally
) -> list[Part]:
    """Recount, and attack, the tables of a schema that the registry lists; their parts."""
    parts = []
    for entry in _listed(schema, present, variables):
        for table in _tables(entry, sources):
            parts += audit_table(entry, table, sources, tally)
    audit_values(parts, sources, tally)
    asked = [moments_of(part, tally.min_cell_rows) for part in parts]
    audit_moments([one for one in asked if one is not None], sources, tally)
    return parts


def is_built(connection: warehouse.Connection, variables: Mapping[str, object]) -> bool:
    """Whether the database has rows that can be recounted, under the vars' schema_prefix."""
    return LOANS in _present(connection, prefix_of(variables))


def prefix_of(variables: Mapping[str, object]) -> str:
    """What the names of the schemas begin with."""
    return str(variables.get("schema_prefix") or "")


def _present(
    connection: warehouse.Connection, prefix: str, tables: Iterable[str] | None = None
) -> set[str]:
    """Tables (layer.name) under `prefix`, of `tables` if they are given."""
    found = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_catalog = current_database() and starts_with(lower(table_schema), lower(?))",
        [prefix],
    ).fetchall()
    names = {name[len(prefix) :] for (name,) in found}
    return names if tables is None else names & set(tables)
