"""The synthetic rows and the marts as files for others, staged until their build is green."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from likeness import warehouse
from likeness.builds.publishing.staging import staged
from likeness.schema.outputs import MARTS, ROWS

GENERATOR = "generator"


def write_rows(
    relation: warehouse.Relation, names: Sequence[str], key: str, *, folder: str
) -> pd.DataFrame:
    """Stage the columns `names` of `relation`, sorted by `key`, as tab separated text.

    Returns one row: the file once it is published in `folder`, its number of rows.
    """
    with staged(folder, ROWS) as path:
        rows = warehouse.write_tab_separated(relation, names, key, path)
    return pd.DataFrame([{"file": str(Path(folder) / ROWS), "rows": rows}])


def write_copy(
    session: warehouse.Connection,
    relations: Mapping[str, warehouse.Relation],
    folder: str,
    name: str = MARTS,
    schemas: Sequence[str] = (),
) -> pd.DataFrame:
    """Stage relations as tables of the DuckDB file `name`; one row per table, its rows.

    Readers open such a file, so that none of them blocks a build or sees a real row. Columns keep
    the comments that the tables of `schemas` have.
    """
    comments = warehouse.comments(session, schemas) if schemas else None
    with staged(folder, name) as path:
        return warehouse.write_database(session, relations, path, comments)


def of_build(
    relations: Mapping[str, warehouse.Relation], generator: str, source_fingerprint: str
) -> dict[str, warehouse.Relation]:
    """The relations with rows of this generator only, and of this source where they name one.

    Marts keep what other generators made, of other sources too; a set of exports is one build's.
    """
    wanted = {GENERATOR: generator, "source_fingerprint": source_fingerprint}
    kept = {}
    for name, relation in relations.items():
        for column, value in wanted.items():
            if column in relation.columns:
                relation = relation.filter(f"{column} = {warehouse.literal(value)}")
        kept[name] = relation
    return kept
