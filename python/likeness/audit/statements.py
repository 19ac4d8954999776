"""What a language model reads: the statements of the seeds, recounted and attacked."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from likeness.audit.engines import MISSING
from likeness.audit.findings import Tally
from likeness.audit.group_shares import audit_group_shares
from likeness.audit.registry import BASIS, OTHER
from likeness.audit.solved import Asked, audit_moments
from likeness.audit.sources import CLUSTER, Grouping, Sources
from likeness.profiles.seed_text import place_label
from likeness.schema.fields import Field
from likeness.schema.texts import from_category, shares_in

SEEDS = "profiles.seed_instructions"
FILE = "SeedsInstructions.json"
DECIMALS = 2
NUMBERS = ("mean", "std", "kurtosis", "skewness")
# What a statement says, by its form; {name} is any of the columns.
FORMS = (
    ("number", "({name}): ((?:mean|std|kurtosis|skewness|missing)=[-0-9.].*)"),
    ("correlation", "correlation: ({name})~({name})=[-0-9.]+"),
    ("shares", "({name}): (.+=[0-9.e-]+)"),
    ("shares", "({name})=(.*)"),
)
BY_CLUSTER = ("cluster_id",)


def audit_statements(
    sources: Sources,
    fields: Sequence[Field],
    segment_keys: Sequence[str],
    stand_ins: Mapping[str, str],
    tally: Tally,
) -> pd.DataFrame:
    """Recount what each statement of each cluster's seeds rests on, and attack its moments.

    `stand_ins`: the variable that stands for a date field. Returns the values that seeds name
    (`variable`, `value`, `row`), segment keys and places included.
    """
    seeds = sources.query(
        f"select cluster_id, statement, count(*) as n_seeds from (select cluster_id, "
        f"unnest(statements) as statement from {sources.table(SEEDS)}) group by all order by all"
    )
    labels = [place_label(field) for field in fields if field.fixed_parts]
    names = {*sources.columns, *stand_ins, *(field.name for field in fields)}
    forms = _forms(names)
    statements = [_read(text, labels, forms) for text in seeds["statement"]]
    read = pd.DataFrame(statements, columns=["form", "parts"])
    seeds = seeds.join(read)
    of_cluster = seeds[seeds["cluster_id"].notna()].reset_index(drop=True)
    levels = _levels(sources)
    _audit_numbers(of_cluster[of_cluster["form"] == "number"], levels, stand_ins, sources, tally)
    _audit_pairs(of_cluster[of_cluster["form"] == "correlation"], levels, stand_ins, sources, tally)
    named = _named_shares(seeds[seeds["form"] == "shares"], fields)
    own = named[named["cluster_id"].notna() & ~named["variable"].isin(segment_keys)]
    _audit_shares(own, sources, tally)
    places = _named_places(seeds[seeds["form"] == "place"], fields)
    return pd.concat([named, places], ignore_index=True)


def _forms(names: Iterable[str]) -> list[tuple[str, re.Pattern]]:
    """The forms of statements about columns of these names, whatever signs they hold."""
    longest_first = sorted(map(re.escape, names), key=lambda name: (-len(name), name))
    name = f"(?:{'|'.join(longest_first)})"
    return [(form, re.compile(text.format(name=name), re.DOTALL)) for form, text in FORMS]


def _read(
    text: str, labels: Sequence[str], forms: Sequence[tuple[str, re.Pattern]]
) -> tuple[str, tuple]:
    if any(label in text for label in labels):
        return "place", text.partition(": ")[::2]
    for form, pattern in forms:
        if found := pattern.fullmatch(text):
            return form, found.groups()
    return "other", ()


def _levels(sources: Sources) -> dict[str, pd.DataFrame]:
    """At which level of back-off the seeds' numbers were taken: cluster_id, names, basis."""
    tables = {"moments": ["variable"], "missing": ["variable"]}
    tables["correlations"] = ["variable_x", "variable_y"]
    found = {}
    for table, names in tables.items():
        frame = sources.query(f"select * from {sources.table(f'profiles.cluster_{table}')}")
        frame = frame if BASIS in frame else frame.assign(**{BASIS: CLUSTER})
        found[table] = frame[["cluster_id", *names, BASIS]]
    return found


def _row(row: pd.Series) -> str:
    return f"cluster_id={row['cluster_id']}, {row['statement'][:60]}"


def _grouped(frame: pd.DataFrame, sources: Sources) -> tuple[pd.DataFrame, Grouping]:
    levels = tuple(sorted(set(frame[BASIS].dropna()) - {CLUSTER}))
    label = sources.label(frame["cluster_id"], frame[BASIS])
    return frame.assign(key_0=label), Grouping(BY_CLUSTER, levels)


def _audit_numbers(
    seeds: pd.DataFrame,
    levels: Mapping[str, pd.DataFrame],
    stand_ins: Mapping[str, str],
    sources: Sources,
    tally: Tally,
) -> None:
    if not len(seeds):
        return
    printed = [dict(part.split("=") for part in text.split(", ")) for _, text in seeds["parts"]]
    numbers = pd.DataFrame(printed, index=seeds.index).reindex(columns=[*NUMBERS, "missing"])
    frame = seeds.join(numbers.astype(float))
    frame["variable"] = [stand_ins.get(name, name) for name, _ in frame["parts"]]
    frame = frame.merge(levels["moments"], on=["cluster_id", "variable"], how="left")
    frame, by = _grouped(frame, sources)
    _audit_missing(frame[frame["missing"] > 0], levels["missing"], sources, tally)
    # A line may say of a column nothing but how often it is missing.
    frame = frame[frame[list(NUMBERS)].notna().any(axis=1)].reset_index(drop=True)
    rows = _rows(frame, by, [(name,) for name in frame["variable"]], sources)
    tally.look_at(SEEDS, frame, _row, "rests on", rows)
    # The number of a cluster's seeds discloses about how many rows it has.
    places = sources.query(f"select count(*) as n from {sources.table(SEEDS)}")["n"].iloc[0]
    per_seed = sources.totals["train"] / max(places, 1)
    of_cluster = frame["n_seeds"].to_numpy(float)
    backed_off = (frame[BASIS] != CLUSTER).to_numpy()
    low = np.where(backed_off, rows, np.floor((of_cluster - 1) * per_seed))
    high = np.where(backed_off, rows, np.ceil((of_cluster + 1) * per_seed))
    frame = frame.assign(
        n_low=np.maximum(low, tally.min_cell_rows).astype(np.int64), n_high=high.astype(np.int64)
    )
    audit_moments([Asked(SEEDS, "train", by, frame, _row, DECIMALS)], sources, tally)


def _audit_missing(
    frame: pd.DataFrame, levels: pd.DataFrame, sources: Sources, tally: Tally
) -> None:
    frame = frame.drop(columns=[BASIS]).merge(levels, on=["cluster_id", "variable"], how="left")
    frame, by = _grouped(frame, sources)
    filled = _rows(frame, by, [(name,) for name in frame["variable"]], sources)
    rows = _rows(frame, by, [()] * len(frame), sources)
    tally.look_at(SEEDS, frame, _row, "missing rests on", rows - filled)


def _rows(frame: pd.DataFrame, by: Grouping, sets: list[tuple], sources: Sources) -> np.ndarray:
    """Rows of each statement's group with its columns filled."""
    if frame.empty:
        return np.zeros(0)
    known = sources.filled_rows("train", by, sorted(set(sets)))
    asked = pd.DataFrame({"key_0": frame["key_0"].astype(object), "variables": sets})
    known = known.astype({"key_0": object})
    found = asked.merge(known, on=["key_0", "variables"], how="left")
    return found["set_rows"].fillna(0).to_numpy(float)


def _audit_pairs(
    seeds: pd.DataFrame,
    levels: Mapping[str, pd.DataFrame],
    stand_ins: Mapping[str, str],
    sources: Sources,
    tally: Tally,
) -> None:
    if not len(seeds):
        return
    names = ["variable_x", "variable_y"]
    pairs = pd.DataFrame(seeds["parts"].tolist(), columns=names, index=seeds.index)
    frame = seeds.join(pairs.map(lambda name: stand_ins.get(name, name)))
    frame = frame.merge(levels["correlations"], on=["cluster_id", *names], how="left")
    frame, by = _grouped(frame, sources)
    rows = _rows(frame, by, list(zip(frame[names[0]], frame[names[1]], strict=True)), sources)
    tally.look_at(SEEDS, frame, _row, "rests on", rows)


def _named_shares(seeds: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """One row per statement and category that it names: cluster_id, statement, variable, value."""
    known = {field.name: field for field in fields}
    rows = []
    for cluster_id, statement, (name, text) in zip(
        seeds["cluster_id"], seeds["statement"], seeds["parts"], strict=True
    ):
        several = statement.startswith(f"{name}: ")
        values = [of for of, _ in shares_in(text)] if several else [from_category(text)]
        if name in known:
            rows += [(cluster_id, statement, name, _held(known[name], value)) for value in values]
    named = pd.DataFrame(rows, columns=["cluster_id", "statement", "variable", "value"])
    return named[~named["value"].isin([OTHER, MISSING])].reset_index(drop=True)


def _held(field: Field, printed: str) -> str:
    """A category as rows hold it, from the text that a seed prints."""
    before, filled, after = field.format.partition("{}")
    if not filled or printed in (OTHER, MISSING):
        return printed
    return printed.strip().removeprefix(before.strip()).removesuffix(after.strip()).strip()


def _named_places(seeds: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """The parts of a composed field that seeds fix, such as a zip code."""
    composed = {field.name: field for field in fields if field.fixed_parts}
    rows = []
    for cluster_id, statement, (name, text) in zip(
        seeds["cluster_id"], seeds["statement"], seeds["parts"], strict=True
    ):
        if name not in composed:
            continue
        values = text.removeprefix(place_label(composed[name])).split()
        for part, value in zip(composed[name].fixed_parts, values, strict=False):
            rows.append((cluster_id, statement, part, value))
    return pd.DataFrame(rows, columns=["cluster_id", "statement", "variable", "value"])


def _audit_shares(named: pd.DataFrame, sources: Sources, tally: Tally) -> None:
    """Each category of a cluster's seeds rests on its own rows, or on those that a group adds."""
    sayable = audit_group_shares(sources, tally).rename(columns={"category": "value"})
    if named.empty:
        return
    frame = named.merge(sayable, on=["cluster_id", "variable", "value"], how="left")
    for value, rows in frame.groupby("value", sort=True):
        tally.look_at(SEEDS, rows, _row, f"{value} rests on", rows["n"].fillna(0))


def audit_seed_file(sources: Sources, export_dir: str, tally: Tally) -> None:
    """Add to `tally` each statement of the exported seeds that the audited table doesn't have."""
    path = Path(export_dir) / FILE
    if not path.is_file():
        return
    texts = f"select distinct unnest(statements) as text from {sources.table(SEEDS)}"
    known = set(sources.query(texts)["text"])
    for number, seed in enumerate(json.loads(path.read_text(encoding="utf-8"))):
        unknown = [statement for statement in seed if statement not in known]
        tally.look(path.name, f"seed {number}", "statements", 0)
        if unknown:
            tally.add(path.name, f"seed {number}", f"{unknown[0][:60]} is in no audited seed of", 0)
