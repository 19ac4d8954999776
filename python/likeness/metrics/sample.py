"""A bounded sample of rows as arrays: what the statistics of pairs and of whole rows work on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

NO_CODE = -1


@dataclass(frozen=True)
class Sample:
    """Rows of one source by column.

    `numbers`: float64, NaN for missing. `codes`: int64 positions in `levels` (the same for all
    sources, sorted), -1 for missing.
    """

    numbers: Mapping[str, np.ndarray]
    codes: Mapping[str, np.ndarray]
    levels: Mapping[str, tuple[str, ...]]
    rows: int

    def head(self, rows: int) -> "Sample":
        """The first `rows` rows; rows lie in random order."""
        return Sample(
            {name: values[:rows] for name, values in self.numbers.items()},
            {name: values[:rows] for name, values in self.codes.items()},
            self.levels,
            min(rows, self.rows),
        )

    def matrix(self, without: Sequence[str] = ()) -> tuple[np.ndarray, list[str]]:
        """Features for trees, (rows, columns) float64 with NaN for missing, and their names."""
        columns = {name: values for name, values in self.numbers.items() if name not in without}
        for name, codes in self.codes.items():
            if name not in without:
                columns[name] = np.where(codes == NO_CODE, np.nan, codes.astype(float))
        stacked = np.column_stack(list(columns.values())) if columns else np.zeros((self.rows, 0))
        return stacked, list(columns)


def samples(
    frame: pd.DataFrame, numbers: Sequence[str], categories: Sequence[str], by: str = "source"
) -> dict[str, Sample]:
    """Samples by source from a frame of rows with the columns named, in the frame's order.

    Categories may be of any type; they are compared as texts.
    """
    coded, levels = {}, {}
    for name in categories:
        known = frame[name].notna().to_numpy()
        raw, kinds = pd.factorize(frame[name][known].astype(str), sort=True)
        levels[name] = tuple(str(kind) for kind in kinds)
        coded[name] = np.full(len(frame), NO_CODE, dtype=np.int64)
        coded[name][known] = raw
    values = {name: frame[name].to_numpy(dtype=float, na_value=np.nan) for name in numbers}
    sources = frame[by].to_numpy()
    result = {}
    for source in sorted(set(sources)):
        mask = sources == source
        result[source] = Sample(
            {name: value[mask] for name, value in values.items()},
            {name: value[mask] for name, value in coded.items()},
            levels,
            int(mask.sum()),
        )
    return result
