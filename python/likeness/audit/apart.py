"""What needs a look of its own: rules, seeds, the engine, rows of text, nested tables."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from likeness import packing
from likeness.audit.findings import Tally
from likeness.audit.registry import CHILD, MISSING, OTHER, PARENT
from likeness.exports import FILE
from likeness.fields import Field
from likeness.offline import model as engine_model
from likeness.offline.cells import as_asked
from likeness.offline.fit import with_years
from likeness.offline.text import is_made_up

RULES, SEEDS, ENGINE = "profiles.source_rules", "profiles.seed_instructions", "int_engine__profile"
STATISTICS_STATEMENT = re.compile(r"^(\w+): mean=")
CORRELATION_STATEMENT = re.compile(r"^correlation: (\w+)~(\w+)=")
SHARES_STATEMENT = re.compile(r"^(\w+): (.+=[0-9.]+)$")


def audit_rules(connection, context: tuple[str, str], tally: Tally) -> None:
    """Recount the train rows that break each rule whose share is told.

    `context`: joins and select list that put the context columns beside `loans`.
    """
    joins, columns = context
    rules = connection.execute(
        f"select rule_id, condition, n_rows, n_broken from {RULES} where n_broken is not null"
    ).fetchall()
    for rule_id, condition, n_rows, n_broken in rules:
        broken = connection.execute(
            f"with rows_ as (select loans.*{columns} from audited_train as loans {joins}) "
            f"select count(*) from rows_ where not ({condition})"
        ).fetchall()[0][0]
        for what, rows in (("n_broken rests on", broken), ("the others are", n_rows - broken)):
            tally.look(RULES, f"rule_id={rule_id}", what, rows)
        tally.look(RULES, f"rule_id={rule_id}", "n_broken prints", n_broken)


def audit_nested(connection, keys: Sequence[str], tally: Tally) -> None:
    """Levels of a condition less the clusters that lie wholly within them."""
    for key in keys:
        levels = connection.execute(
            f"select level, max(n_train) from {PARENT} where condition = $key "
            "and n_train is not null group by level order by level",
            {"key": key},
        ).fetchall()
        for level, rows in levels:
            within = connection.execute(
                f'select coalesce(sum(n_rows), 0) from {CHILD} where "{key}" = $level',
                {"level": level},
            ).fetchall()[0][0]
            row = f"{key}={level}"
            tally.look(PARENT, row, f"less the clusters of {CHILD} within it leaves", rows - within)


def audit_seeds(connection, fields: Sequence[Field], segment_keys: Sequence[str], tally: Tally):
    """Every statement of every seed: the values it averages, and each category it gives a share."""
    formats = {field.name: field.format for field in fields}
    seeds = connection.execute(
        f"select distinct cluster_id, unnest(statements) from {SEEDS} where cluster_id is not null"
    ).fetchall()
    for cluster_id, statement in seeds:
        row = f"cluster_id={cluster_id}, {statement[:60]}"
        if found := STATISTICS_STATEMENT.match(statement):
            tally.look(SEEDS, row, "rests on", _filled(connection, cluster_id, [found[1]]))
        elif found := CORRELATION_STATEMENT.match(statement):
            tally.look(SEEDS, row, "rests on", _filled(connection, cluster_id, found.groups()))
        elif (found := SHARES_STATEMENT.match(statement)) and found[1] not in segment_keys:
            for part in found[2].split(", "):
                label = part.rpartition("=")[0]
                if label not in (OTHER, MISSING):
                    held = _holding(connection, cluster_id, found[1], label, formats)
                    tally.look(SEEDS, row, f"{label} rests on", held)


def _filled(connection, cluster_id: int, names: Sequence[str]) -> int:
    """Train rows of a cluster with all of these filled; names that are no column count as many."""
    known = {name for (name, *_) in connection.execute("describe audited_train").fetchall()}
    columns = [name for name in names if name in known]
    # A date is told by a stand-in of the profile, whose rows are those of the date.
    filled = " and ".join(f'"{name}" is not null' for name in columns) or "true"
    sql = f"select count(*) from audited_train where cluster_id = $c and {filled}"
    return connection.execute(sql, {"c": cluster_id}).fetchall()[0][0]


def _holding(connection, cluster_id: int, name: str, label: str, formats: Mapping) -> int:
    value = f'cast("{name}" as varchar)'
    pattern = formats.get(name, "")
    printed = f"replace('{pattern}', '{{}}', {value})" if "{}" in pattern else value
    sql = f"select count(*) from audited_train where cluster_id = $c and trim({printed}) = trim($v)"
    return connection.execute(sql, {"c": cluster_id, "v": label}).fetchall()[0][0]


def has_engine(connection) -> bool:
    """Whether the build has the offline engine's tables."""
    return f"intermediate.{ENGINE}" in set(unlisted(connection, set(), ["intermediate"])["name"])


def audit_engine(connection, tally: Tally) -> None:
    """What each row of the engine's tables says it rests on; cells and leaves recounted."""
    name = f"intermediate.{ENGINE}"
    tables = packing.unpack(connection.execute(f"select * from {name}").df())
    for table, frame in tables.items():
        if "n_rows" not in frame:
            continue
        for row in frame[frame["n_rows"].notna()].itertuples():
            tally.look(f"{name}:{table}", f"row {row.Index}", "n_rows prints", row.n_rows)
    sample = connection.execute("select * from intermediate.int_loans__fit_sample").df()
    steps = engine_model.from_tables(tables)
    sample = with_years(sample, [step.name for step in steps])
    codes = [step.cells.encode(sample[step.name]) for step in steps]
    asked = [as_asked(step.cells, code) for step, code in zip(steps, codes, strict=True)]
    for position, (step, code) in enumerate(zip(steps, codes, strict=True)):
        for cell, rows in enumerate(np.bincount(code + 1, minlength=len(step.cells) + 1)[1:]):
            tally.look(f"{name}:engine_cells", f"field={step.name}, cell={cell}", "rests on", rows)
        known = code >= 0
        earlier = np.stack(asked[: position + 1])[:, known]
        _audit_splits(step, code[known], earlier, f"{name}:engine_shares", tally)


def _audit_splits(step, code: np.ndarray, asked: np.ndarray, table: str, tally: Tally) -> None:
    """Rows of each leaf, and of each half of each class of leaves (or none)."""
    for number, (level, split) in enumerate(zip(step.levels, step.splits, strict=True)):
        at, part, upper = level.sides(code)
        rows = asked[:, at]
        rows[-1] = part
        where = f"field={step.name}, level={number}"
        for tree in range(len(split.roots)):
            leaf = split.leaf(rows, np.full(rows.shape[1], tree))
            for node, held in zip(*np.unique(leaf, return_counts=True), strict=True):
                tally.look(table, f"{where}, leaf={node}", "rests on", int(held))
            classes = split.share_class[leaf]
            for inside, half in ((upper, "the upper half"), (~upper, "the lower half")):
                for one, held in zip(*np.unique(classes[inside], return_counts=True), strict=True):
                    tally.look(table, f"{where}, share_class={one}, {half}", "rests on", int(held))


def audit_rows(connection, fields: Sequence[Field], export_dir: str, tally: Tally) -> None:
    """Free text in the offline engine's rows and their export: none that few borrowers wrote.

    A text that the engine makes up without the source is none of them, and rows of other origin
    were made by somebody who has seen no source row; what either shares with one is chance.
    """
    offline = connection.execute(
        "select count(*) from marts.synthetic_loans where generator = 'profile'"
    ).fetchall()[0][0]
    if not offline:
        return
    words = {value for field in fields for value in field.allowed_values}
    readers = {"marts.synthetic_loans": "marts.synthetic_loans"}
    export = Path(export_dir) / FILE
    if export.is_file():
        quoted = str(export).replace("'", "''")
        readers[FILE] = f"read_csv('{quoted}', delim = '\t', header = true, all_varchar = true)"
    for table, reader in readers.items():
        for field in (field for field in fields if field.kind == "free_text"):
            rare = connection.execute(
                f'with held as (select "{field.name}" as value, count(*) as n from audited_train '
                f"group by value) select value, n from held where value in "
                f'(select "{field.name}" from {reader}) and n < $floor order by n, value',
                {"floor": tally.floor},
            ).fetchall()
            tally.look(table, f"column {field.name}", "values that few borrowers have", 0)
            for value, n in (pair for pair in rare if not is_made_up(pair[0], words)):
                shown = json.dumps(value, ensure_ascii=False)[:80]
                tally.add(table, f"column {field.name}", f"{shown} is the text of", n)


def audit_seed_file(connection, export_dir: str, tally: Tally) -> None:
    """The exported seeds say nothing that the audited table doesn't."""
    path = Path(export_dir) / "SeedsInstructions.json"
    if not path.is_file():
        return
    known = {
        text for (text,) in connection.execute(f"select unnest(statements) from {SEEDS}").fetchall()
    }
    for number, seed in enumerate(json.loads(path.read_text(encoding="utf-8"))):
        unknown = [statement for statement in seed if statement not in known]
        tally.look(path.name, f"seed {number}", "statements", 0)
        if unknown:
            tally.add(path.name, f"seed {number}", f"{unknown[0][:60]} is in no audited seed of", 0)


def unlisted(connection, known: set[str], schemas: Sequence[str]) -> pd.DataFrame:
    """Tables of the published schemas that no part of the audit knows."""
    tables = connection.execute(
        "select table_schema || '.' || table_name as name from information_schema.tables "
        "where list_contains($schemas, table_schema) order by name",
        {"schemas": list(schemas)},
    ).df()
    return tables[~tables["name"].isin(known)]
