"""Free text and categories in the offline engine's rows: none that few train rows have."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from likeness import warehouse
from likeness.audit.findings import Tally
from likeness.audit.sources import Sources
from likeness.audit.synthesizer import PROFILE
from likeness.schema.fields import Field
from likeness.schema.outputs import ROWS as FILE
from likeness.synthesizer.addresses import is_made_up_address
from likeness.synthesizer.texts.chance import Chance
from likeness.synthesizer.texts.shapes import FIRST
from likeness.warehouse import packing

ROWS, TYPED = "marts.synthetic_loans", "marts.synthetic_loans_typed"
EXAMPLES = "example rows"
OFFLINE = "generator = 'offline'"
# A text that so many rows at most are expected to hold by chance has been copied.
BY_CHANCE = 1e-5


def audit_rows(sources: Sources, fields: Sequence[Field], tally: Tally) -> None:
    """Look for free text in the offline engine's rows that few train rows have.

    A text that what is published about words and characters makes likely enough is none of them,
    and rows of other origin were made by somebody who has seen no source row; what either shares
    with one is chance.
    """
    _audit_texts(sources, fields, ROWS, f"{sources.table(ROWS)} where {OFFLINE}", tally)


def audit_export(sources: Sources, fields: Sequence[Field], folder: str, tally: Tally) -> None:
    """Look at the exported file as `audit_rows` does, where its rows are the offline engine's."""
    export = Path(folder) / FILE
    counted = f"select count(*) as n from {sources.table(ROWS)} where {OFFLINE}"
    offline = sources.query(counted)["n"].iloc[0]
    if export.is_file() and offline:
        file = warehouse.literal(str(export))
        reader = f"read_csv({file}, delim = '\t', header = true, all_varchar = true)"
        _audit_texts(sources, fields, FILE, reader, tally)


def named_in_rows(sources: Sources, names: Sequence[str]) -> pd.DataFrame:
    """The categories that the offline engine's rows name: table, variable, value."""
    typed = sources.table(TYPED)
    present = set(sources.query(f"select * from {typed} limit 0").columns)
    queries = [
        f"select distinct '{TYPED}' as \"table\", {warehouse.literal(name)} as variable, "
        f"cast({warehouse.quoted(name)} as varchar) as value from {typed} where {OFFLINE}"
        for name in names
        if name in present
    ]
    if not queries:
        return pd.DataFrame(columns=["table", "variable", "value"])
    return sources.query(" union all ".join(queries))


def _audit_texts(
    sources: Sources, fields: Sequence[Field], table: str, reader: str, tally: Tally
) -> None:
    texts = [field for field in fields if field.kind == "free_text"]
    profile = _profile(sources) if texts else {}
    rows = int(sources.query(f"select count(*) as n from {reader}")["n"].iloc[0])
    for field in texts:
        column = warehouse.quoted(field.name)
        rare = sources.query(
            f"with held as (select {column} as value, count(*) as n from {{train}} group by all) "
            f"select value, n from held where n < {tally.min_cell_rows} "
            f"and value in (select {column} from {reader}) order by n, value"
        )
        tally.look(table, f"column {field.name}", "values that few train rows have", 0)
        chance = None if field.parts or not len(rare) else _chance(profile, field.name)
        for value, n in zip(rare["value"], rare["n"], strict=True):
            if field.parts and is_made_up_address(field.format, value):
                continue
            if chance and rows * chance.of(value) >= BY_CHANCE:
                continue
            shown = json.dumps(value, ensure_ascii=False)[:80]
            tally.add(table, f"column {field.name}", f"{shown} is the text of", n)


def _profile(sources: Sources) -> Mapping[str, pd.DataFrame]:
    """The offline engine's bins and texts; none where the database has none."""
    some = "table_name in ('engine_bins', 'engine_texts')"
    try:
        return packing.unpack(sources.query(f"select * from {sources.table(PROFILE)} where {some}"))
    except warehouse.Error:
        return {}


def _chance(profile: Mapping[str, pd.DataFrame], name: str) -> Chance | None:
    """What the published tables make of the texts of a field; None where they have none."""
    if not {"engine_texts", "engine_bins"} <= set(profile):
        return None
    texts, bins = profile["engine_texts"], profile["engine_bins"]
    first = bins[(bins["field"] == name + FIRST) & (bins["kind"] == "category")]
    return Chance(texts[texts["field"] == name], first["label"].tolist())


def audit_examples(
    sources: Sources, examples: Sequence[Mapping], fields: Sequence[Field], tally: Tally
) -> None:
    """Audit the composed texts (such as addresses) of the example rows: no train row may have one.

    A job title that some borrower has too is a word; that an example is no source row otherwise is
    seen to before it is sent.
    """
    for field in (field for field in fields if field.parts):
        texts = [row[field.name] for row in examples if isinstance(row.get(field.name), str)]
        held = sources.query(
            f"select {warehouse.quoted(field.name)} as value, count(*) as n from {{train}} where "
            f"list_contains({_list_of(texts)}, {warehouse.quoted(field.name)}) "
            "group by all order by all"
        )
        what = "an example's text is that of"
        tally.look_at(EXAMPLES, held, lambda _, name=field.name: f"column {name}", what, held["n"])


def _list_of(texts: Sequence[str]) -> str:
    quoted = ", ".join(map(warehouse.literal, texts))
    return f"cast([{quoted}] as varchar[])"
