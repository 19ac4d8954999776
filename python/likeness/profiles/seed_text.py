"""Seed instructions: what a model reads of a cluster, and how many seeds each cluster gets."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from pathlib import Path

import numpy as np
import pandas as pd

from likeness import warehouse
from likeness.profiles.group_shares import MISSING, OTHER
from likeness.schema.fields import Field
from likeness.schema.texts import as_category, from_category, is_nameable, shares_in
from likeness.stats.moments import MOMENTS
from likeness.warehouse import atomic_files

# The order in which the original method writes moments.
STATED = ("mean", "std", "kurtosis", "skewness")
WIDER = "of a wider group"


def largest_remainder(weights: Sequence[int], total: int) -> list[int]:
    """Whole parts of `total` in proportion to whole `weights`; exact, ties to the earlier one."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    rests = [total * weight % whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda i: (-rests[i], i))
    for i in by_rest[: total - sum(parts)]:
        parts[i] += 1
    return parts


def seeds_per_cluster(n_rows: Sequence[int], source_rows: int, sampling_factor: int) -> list[int]:
    """How many seeds each cluster gets: source rows / `sampling_factor` shared out, at least one.

    By largest remainder, since rounding down loses the rare clusters.
    """
    total = max(round(source_rows / sampling_factor), 1)
    return [max(part, 1) for part in largest_remainder(n_rows, total)]


def spread_values(shares: Mapping[str, float], n: int, generator: np.random.Generator) -> list[str]:
    """`n` values with the given shares by largest remainder, in random order."""
    weights = [round(share * 1_000_000) for share in shares.values()]
    values = np.repeat(np.array(list(shares), dtype=object), largest_remainder(weights, n))
    return list(generator.permutation(values))


def part_shares(published: pd.DataFrame, derived: Sequence[Field]) -> dict[str, dict[str, float]]:
    """Give the share of each value of the parts whose whole domain is listed, by part and value.

    `published`: shares over all train rows (`variable`, `category`, `share`) under the minimum cell
    size. What it hides, `(other)` or everything, is spread evenly over the values of the domain
    that are not published.
    """
    domains = {field.name: field.allowed_values for field in derived}
    found = {}
    of_parts = published[published["variable"].isin(domains)]
    for name, rows in of_parts.groupby("variable", sort=True):
        known = rows[~rows["category"].isin([OTHER, MISSING])]
        shares = known.set_index("category")["share"].astype(float)
        hidden = [value for value in sorted(domains[name]) if value not in shares.index]
        rest = max(1.0 - shares.sum(), 0.0)
        if hidden and rest > 1e-6:
            shares = pd.concat([shares, pd.Series(rest / len(hidden), index=hidden)])
        found[name] = shares.sort_index().to_dict()
    return found


def _number(value: float) -> str:
    return f"{value:.2f}"


def number_statement(name: str, row: Mapping[str, float], missing: float | None) -> str | None:
    """`name: mean=..., std=..., kurtosis=..., skewness=...`; what is undefined is left out.

    Quantiles that `row` holds follow: `p05=..., p50=..., p95=...`.
    """
    quantiles = [label for label in row if label not in MOMENTS]
    parts = [
        f"{label}={_number(row[label])}" for label in (*STATED, *quantiles) if pd.notna(row[label])
    ]
    if missing:
        parts.append(f"missing={_number(missing)}")
    return f"{name}: {', '.join(parts)}" if parts else None


def share_statement(field: Field, shares: Mapping[str, float]) -> str | None:
    """`name=value` for a single value, else `name: value=share, ...`; None if nothing is known.

    A value that is no plain text is quoted; one that no text may hold is part of `(other)`.
    """
    named = [value for value in shares if value not in (OTHER, MISSING)]
    named = [value for value in named if is_nameable(field.print_category(value))]
    if not named and MISSING not in shares:
        return None
    printed = {as_category(field.print_category(value)): shares[value] for value in named}
    printed |= {MISSING: shares[MISSING]} if MISSING in shares else {}
    rest = sum(shares.values()) - sum(printed.values())
    if rest > 1e-9:
        printed[OTHER] = rest
    if len(printed) == 1:
        return f"{field.name}={next(iter(printed))}"
    return f"{field.name}: " + ", ".join(f"{label}={share:.2g}" for label, share in printed.items())


@dataclass(frozen=True)
class Cluster:
    """What the profiles say of one cluster.

    `moments` by variable and statistic; `missing` shares by variable; `shares` of categories and of
    the segment keys by variable and value, in the order to print; `correlations` as (x, y, r).
    `wider`: by name of a group that encloses the cluster, what is said of that group instead.
    """

    cluster_id: int
    n_rows: int
    moments: Mapping[str, Mapping[str, float]]
    missing: Mapping[str, float]
    shares: Mapping[str, Mapping[str, float]]
    correlations: Sequence[tuple[str, str, float]]
    wider: Mapping[str, Sequence[str]] = field(default_factory=dict)


def statements(
    fields: Sequence[Field],
    cluster: Cluster,
    places: Sequence[Mapping[str, str]],
    stand_ins: Mapping[str, str],
) -> list[list[str]]:
    """The strings of the seeds of a cluster, one list for each of `places`.

    Fields stand in source order, then a line per correlation, then what is said of wider groups. A
    place holds the parts of composed
    fields that its seed fixes, `stand_ins` the variable that stands for a date field.
    """
    shared: list[Field | str | None] = []
    for one in fields:
        variable = stand_ins.get(one.name, one.name)
        if not one.has_role("seed"):
            continue
        if one.fixed_parts:
            shared.append(one)
        elif one.name in cluster.shares:
            shared.append(share_statement(one, cluster.shares[one.name]))
        elif variable in cluster.moments:
            row = cluster.moments[variable]
            shared.append(number_statement(one.name, row, cluster.missing.get(variable)))
    shared += [f"correlation: {x}~{y}={_number(r)}" for x, y, r in cluster.correlations]
    shared += [
        f"{WIDER}, {basis}: {', '.join(names)}" for basis, names in cluster.wider.items() if names
    ]
    known = [line for line in shared if line]
    return [
        [line if isinstance(line, str) else _place_statement(line, place) for line in known]
        for place in places
    ]


def place_label(field: Field) -> str:
    """Name the parts that a seed fixes as its line does: `State zipcode=` of state and zip_code."""
    return f"{' '.join(part.replace('_', '') for part in field.fixed_parts).capitalize()}="


def _place_statement(field: Field, place: Mapping[str, str]) -> str:
    """`name: State zipcode=...`, the parts of a composed field that the seed fixes."""
    values = " ".join(place[part] for part in field.fixed_parts)
    return f"{field.name}: {place_label(field)}{values}"


def written(tables: Iterable[pd.DataFrame], path: str | Path) -> Iterator[pd.DataFrame]:
    """The tables as they come, their `statements` written to `path` on the way.

    `SeedsInstructions.json` is a JSON list of seeds, each a list of strings; it is there, whole,
    once the last table has been taken.
    """
    between = ""
    with (
        atomic_files.replacing(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        file.write("[")
        for table in tables:
            for lines in table["statements"]:
                # As json.dumps has it with an indent of 1, which it does in Python alone.
                listed = ",\n  ".join(map(encode_basestring, lines))
                file.write(f"{between}\n [\n  {listed}\n ]" if listed else f"{between}\n []")
                between = ","
            yield table
        file.write("\n]\n")


def read_seeds(path: str | Path) -> list[list[str]]:
    """Seeds from a file; ValueError naming the file and the seed if it is not what it must be."""
    try:
        loaded = json.loads(Path(path).read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    if not isinstance(loaded, list) or not loaded:
        raise ValueError(f"{path}: it must hold a JSON list of seeds, each a list of strings")
    for number, seed in enumerate(loaded, start=1):
        if not isinstance(seed, list) or not all(isinstance(line, str) for line in seed):
            raise ValueError(f"{path}, seed {number}: a seed is a list of strings")
    return loaded


def places_of(
    path: str | Path,
    seeds: Sequence[Sequence[str]],
    fields: Sequence[Field],
    derived: Sequence[Field],
) -> list[dict[str, str]]:
    """Read the parts of composed fields that each seed fixes, from the line that holds them.

    A part's value is what its expression in seeds/fields.csv takes out of the line. Raises
    ValueError naming the file and the seed where a line or a part is missing.
    """
    places: list[dict[str, str]] = [{} for _ in seeds]
    expressions = {part.name: part.expression for part in derived}
    for composed in (f for f in fields if f.has_role("seed") and f.fixed_parts):
        label = place_label(composed)
        texts = [next((x.split(label, 1)[1] for x in seed if label in x), "") for seed in seeds]
        parts = ", ".join(
            f"{expressions[part]} as {warehouse.quoted(part)}" for part in composed.fixed_parts
        )
        lines = pd.DataFrame({"number": range(len(texts)), composed.name: texts})
        with warehouse.scratch() as connection:
            found = warehouse.query(
                connection, f"select {parts} from seed_lines order by number", seed_lines=lines
            )
        for number, row in enumerate(found.to_dict("records")):
            if any(pd.isna(value) for value in row.values()):
                wanted = " and ".join(
                    f"a {part.replace('_', ' ')}" for part in composed.fixed_parts
                )
                raise ValueError(f"{path}, seed {number + 1}: no line ends with {wanted}")
            places[number] |= row
    return places


def fixed_values(seed: Sequence[str], name: str) -> dict[str, float]:
    """Values and shares that a seed names for a category: `name=value` or `name: value=share`."""
    for line in seed:
        if line.startswith(f"{name}="):
            return {from_category(line.removeprefix(f"{name}=")): 1.0}
        if line.startswith(f"{name}: "):
            return dict(shares_in(line.removeprefix(f"{name}: ")))
    return {}
