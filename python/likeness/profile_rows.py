"""Rows of the offline engine for the responses table, in batches."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from likeness import offline
from likeness.fields import Field
from likeness.given import given_rows
from likeness.offline.text import FROM_FIELD
from likeness.rules import RuleCheck
from likeness.source_text import as_source_text

COLUMNS = {
    "synthetic_id": "varchar",
    "generator": "varchar",
    "seed_id": "integer",
    "request_id": "varchar",
    "row_in_request": "integer",
}
LATER_COLUMNS = {"missing_fields": "varchar", "extra_fields": "varchar", "raw": "varchar"}


# The role of a free text that is made up around the words of another field.
WORDS_OF = "words_of:"


def response_types(fields: Sequence[Field]) -> dict[str, str]:
    """Names and SQL types of the responses table."""
    return COLUMNS | dict.fromkeys([field.name for field in fields], "varchar") | LATER_COLUMNS


def responses(
    plan: pd.DataFrame,
    profile: Mapping[str, pd.DataFrame],
    fields: Sequence[Field],
    segment_keys: Sequence[str],
    seed: int,
    check: RuleCheck,
    formula: Callable[[pd.DataFrame], pd.Series],
    draw: Callable[..., pd.DataFrame] = offline.draw,
    batch_rows: int = 50_000,
) -> Iterator[pd.DataFrame]:
    """Batches of rows for the plan, all fields as the source prints them.

    `check` tells which rows keep the enforced rules, `formula` computes the fields with the role
    of that name; `draw` is the engine's.
    """
    formulas = {field.name: formula for field in fields if field.has_role("formula")}
    texts = {
        field.name: FROM_FIELD + role.removeprefix(WORDS_OF)
        for field in fields
        for role in field.roles
        if role.startswith(WORDS_OF)
    }
    for given in given_rows(plan, segment_keys, seed, batch_rows):
        drawn = draw(
            given["id"].to_numpy(),
            profile,
            fields=fields,
            seed=seed,
            given=given[[*segment_keys, "state"]],
            formula=formulas,
            texts=texts,
            check=check,
            rule_columns=check.columns,
        )
        text = as_source_text(drawn, fields)
        text["synthetic_id"] = "profile-" + given["id"].astype(str).str.zfill(9)
        text["generator"] = "profile"
        text["seed_id"] = given["seed_id"]
        text["request_id"] = "seed-" + given["seed_id"].astype(str)
        text["row_in_request"] = given["row_in_request"]
        text["missing_fields"] = ""
        text["extra_fields"] = ""
        text["raw"] = pd.Series([None] * len(text), dtype="string", index=text.index)
        yield text
