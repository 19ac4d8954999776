"""Rows of an engine as the responses table holds them: what each process of the drawing makes."""

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from likeness.generators import conditions, plugins
from likeness.schema.fields import Field
from likeness.schema.formulas import computed_columns
from likeness.schema.rules import RuleCheck
from likeness.schema.source_formats import as_source_text
from likeness.warehouse import packing


def drawn(
    given: pd.DataFrame,
    segment_keys: Sequence[str],
    seed: int,
    fields: Sequence[Field],
    engine: str,
    profile: object,
    rules: Sequence[pd.DataFrame],
    formulas: pd.DataFrame,
) -> pd.DataFrame:
    """The rows of the responses table for what their seeds give, one row of `given` each.

    `engine` names the module that draws, `profile` is what it has learned, table by table, or
    what it has prepared of that;
    `rules` are the arguments of `RuleCheck`, `formulas` is profiles.source_formulas.
    """
    check = RuleCheck(*rules)
    rows = plugins.load(engine).draw(
        given["row_id"].to_numpy(),
        profile,
        fields=fields,
        seed=seed,
        given=_typed(given[[key for key in segment_keys if key in given]], fields),
        formula=computed_columns(formulas),
        check=check,
        rule_columns=check.columns,
    )
    text = as_source_text(rows, fields)
    text["synthetic_id"] = "offline-" + given["row_id"].astype(str).str.zfill(9)
    text["generator"] = "offline"
    text["seed_id"] = given["seed_id"]
    text["request_id"] = "seed-" + given["seed_id"].astype(str)
    text["row_in_request"] = given["row_in_request"]
    text["missing_fields"] = ""
    text["extra_fields"] = ""
    text["raw"] = pd.Series([None] * len(text), dtype="string", index=text.index)
    return text


def drawn_in_parts(
    parts: Iterable[tuple[pd.DataFrame, pd.Series]],
    packed: pd.DataFrame,
    engine: str,
    **others: object,
) -> Iterator[pd.DataFrame]:
    """The same for some of the plan's seeds after others, each with its first ids.

    `packed` is the profile in one table; what the engine prepares of it serves all parts.
    """
    profile = plugins.prepared(engine, packing.unpack(packed))
    for seeds, first_ids in parts:
        yield drawn_for_seeds(seeds, first_ids, engine=engine, profile=profile, **others)


def drawn_for_seeds(
    seeds: pd.DataFrame,
    first_ids: pd.Series,
    segment_keys: Sequence[str],
    seed: int,
    **others: object,
) -> pd.DataFrame:
    """The same for whole seeds of the plan; `first_ids` are their rows' first ids."""
    given = conditions.rows_of_seeds(seeds, first_ids, segment_keys, seed)
    return drawn(given, segment_keys, seed, **others)


def _typed(given: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """What the seeds give as texts, in the types of its fields."""
    numbers = [field.name for field in fields if field.type in ("integer", "double")]
    return given.assign(**{k: pd.to_numeric(given[k]) for k in numbers if k in given})
