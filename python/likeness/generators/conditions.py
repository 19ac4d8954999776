"""What each row to be made is given by its seed: the segment keys."""

import json
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from likeness.profiles.seed_text import MISSING, OTHER
from likeness.stats import random_numbers


def given_rows(
    plan: pd.DataFrame, segment_keys: Sequence[str], seed: int, batch_rows: int
) -> Iterator[pd.DataFrame]:
    """Batches of the rows asked for: `row_id`, `seed_id`, `row_in_request` and segment keys.

    `plan` has seed_id, segment (JSON: shares by segment key) and rows_asked. Ids count on from 0
    in the order of `seed_id`. A missing value is None; a key of which every value is too rare to
    be named is not given. A key with several values in a seed is drawn by systematic sampling, so
    that a seed's rows keep its shares to within one row. Whole seeds stay together as long as they
    fit `batch_rows`.
    """
    for seeds, first_ids in seeds_in_parts(plan, batch_rows):
        yield rows_of_seeds(seeds, first_ids, segment_keys, seed)


def seeds_in_parts(plan: pd.DataFrame, batch_rows: int) -> Iterator[tuple[pd.DataFrame, pd.Series]]:
    """Whole seeds for about `batch_rows` rows at a time, and the first id of each of them."""
    ordered = plan.sort_values("seed_id", kind="stable")
    first_ids = ordered["rows_asked"].cumsum() - ordered["rows_asked"]
    batch = (first_ids // batch_rows).to_numpy()
    for _, seeds in ordered.groupby(batch, sort=True):
        yield seeds, first_ids[seeds.index]


def rows_of_seeds(
    seeds: pd.DataFrame, first_ids: pd.Series, segment_keys: Sequence[str], seed: int
) -> pd.DataFrame:
    """The rows of some seeds, as `given_rows` has them."""
    counts = seeds["rows_asked"].to_numpy(dtype=np.int64)
    place = np.repeat(np.arange(len(seeds)), counts)
    row = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    frame = pd.DataFrame(
        {
            "row_id": first_ids.to_numpy(dtype=np.int64)[place] + row,
            "seed_id": seeds["seed_id"].to_numpy(dtype=np.int64)[place],
            "row_in_request": row,
        }
    )
    shares = [json.loads(text) for text in seeds["segment"]]
    for key in segment_keys:
        starts = random_numbers.uniform(
            seed, seeds["seed_id"].to_numpy(dtype=np.int64), "given", key
        )
        points = (row / counts[place] + starts[place]) % 1.0
        values = np.empty(len(frame), dtype=object)
        edges = np.append(np.cumsum(counts) - counts, counts.sum())
        for i, share in enumerate(shares):
            part = slice(edges[i], edges[i + 1])
            names = np.array(list(share[key]), dtype=object)
            upto = np.cumsum(list(share[key].values()))
            index = np.searchsorted(upto / upto[-1], points[part], side="right")
            values[part] = names[np.minimum(index, len(names) - 1)]
        if not (values == OTHER).all():
            frame[key] = np.where(values == MISSING, None, values)
    return frame
