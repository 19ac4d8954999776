"""The audit in its stages: before a model is asked, of the engine's tables, of marts, of files."""

from collections.abc import Mapping, Sequence

from likeness import packing
from likeness.audit import named, statements, texts
from likeness.audit.differences import audit_differences
from likeness.audit.findings import Tally
from likeness.audit.recount import Part, audit_table, parts_of
from likeness.audit.registry import ENGINE_TABLES, ON_ALL_ROWS, READ_APART, SCHEMAS, published
from likeness.audit.rules import audit_rules
from likeness.audit.solved import audit_moments, moments_of
from likeness.audit.sources import Sources
from likeness.audit.synthesizer import PROFILE, audit_engine
from likeness.audit.values import audit_values
from likeness.fields import Field, fields_from_rows
from likeness.llm.examples import load_examples

SAMPLE = "intermediate.int_loans__fit_sample"


def audit_seeds(connection, variables: Mapping[str, object]) -> Tally:
    """Profiles, rules, seeds and example rows: whatever a generator or a language model is sent.

    `variables`: the vars of the project. Its tables are read by name over `connection`.
    """
    tally = Tally(int(variables["min_cell_rows"]))
    sources = Sources(connection)
    try:
        fields = _fields(sources)
        keys = variables["segment_keys"]
        parts = _audit_published("profiles", sources, variables, tally)
        audit_rules(sources, tally)
        in_seeds = statements.audit_statements(
            sources, fields, keys, variables["date_stand_ins"], tally
        )
        in_seeds = in_seeds.rename(columns={"statement": "row"}).assign(table=statements.SEEDS)
        public = named.public_values(fields, sources)
        for values in (named.named_in(parts), named.named_segments(sources, keys), in_seeds):
            named.audit_named(values, public, sources, tally)
        if variables.get("example_path"):
            examples = [one.row for one in load_examples(str(variables["example_path"]), fields)]
            texts.audit_examples(sources, examples, fields, tally)
    finally:
        sources.close()
    return tally


def audit_marts(connection, variables: Mapping[str, object], tally: Tally | None = None) -> Tally:
    """Comparison marts and synthetic rows, the differences of all groups that are published."""
    tally = tally or Tally(int(variables["min_cell_rows"]))
    sources = Sources(connection)
    try:
        fields = _fields(sources)
        _audit_unlisted(sources, variables, tally)
        parts = _audit_published("marts", sources, variables, tally)
        audit_differences([*parts, *_parts("profiles", sources, variables)], sources, tally)
        found = [named.named_in(parts)]
        if texts.ROWS in _present(sources, ["marts"]):
            texts.audit_rows(sources, fields, tally)
            names = [*variables["categorical_variables"], *variables["segment_keys"]]
            found.append(texts.named_in_rows(sources, sorted(set(names))))
        for values in found:
            named.audit_named(values, named.public_values(fields, sources), sources, tally)
    finally:
        sources.close()
    return tally


def audit_engine_tables(connection, tally: Tally) -> None:
    """The offline engine's tables, where the build has them."""
    if PROFILE not in _tables(connection, ["intermediate"]):
        return
    packed = connection.execute(f"select * from {PROFILE}").df()
    audit_engine(packing.unpack(packed), connection.execute(f"select * from {SAMPLE}").df(), tally)


def audit_files(connection, variables: Mapping[str, object], tally: Tally) -> None:
    """The exported seeds and rows."""
    sources = Sources(connection)
    folder = str(variables["export_dir"])
    try:
        statements.audit_seed_file(sources, folder, tally)
        if texts.ROWS in _present(sources, ["marts"]):
            texts.audit_export(sources, _fields(sources), folder, tally)
    finally:
        sources.close()


def _fields(sources: Sources) -> list[Field]:
    frame = sources.query("select * from seeds.fields").astype(object)
    return fields_from_rows(frame.where(frame.notna(), None).to_dict("records"))


def _parts(schema: str, sources: Sources, variables: Mapping[str, object]) -> list[Part]:
    present = _present(sources, [schema])
    return [
        part
        for entry in published(variables)
        if entry.table in present
        for part in parts_of(entry, _table(entry, sources), sources)
    ]


def _table(entry, sources: Sources):
    return sources.query(f"select * from {entry.table} where {entry.where}")


def _audit_published(
    schema: str, sources: Sources, variables: Mapping[str, object], tally: Tally
) -> list[Part]:
    """Recount, and attack, the tables of a schema that the registry lists; their parts."""
    present = _present(sources, [schema])
    parts = []
    for entry in published(variables):
        if entry.table in present:
            parts += audit_table(entry, _table(entry, sources), sources, tally)
    audit_values(parts, sources, tally)
    asked = [moments_of(part, tally.floor) for part in parts]
    audit_moments([one for one in asked if one is not None], sources, tally)
    return parts


def _audit_unlisted(sources: Sources, variables: Mapping[str, object], tally: Tally) -> None:
    """A table of a published schema that no part of the audit knows."""
    known = {entry.table for entry in published(variables)} | {*ON_ALL_ROWS, *READ_APART}
    for name in sorted(_present(sources, SCHEMAS) - known):
        if not name.startswith(ENGINE_TABLES):
            tally.add(name, "all", "is not listed in likeness.audit.registry", 0)


def _present(sources: Sources, schemas: Sequence[str]) -> set[str]:
    return _tables(sources.connection, schemas)


def _tables(connection, schemas: Sequence[str]) -> set[str]:
    tables = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where list_contains($schemas, table_schema)",
        {"schemas": list(schemas)},
    ).fetchall()
    return {name for (name,) in tables}
