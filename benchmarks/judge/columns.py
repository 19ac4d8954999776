"""Which columns are compared, and rows with them as numbers and texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from likeness.metrics.sample import Sample, samples

# Peers need not learn them: made up in the source (state), or missing in many rows (emp_length),
# which would take these rows from every judge that wants complete ones.
NOT_JUDGED = ("emp_length", "state")


@dataclass(frozen=True)
class Columns:
    """Names of columns of numbers and of categories, and what a model learns to predict."""

    numbers: tuple[str, ...]
    categories: tuple[str, ...]
    formulas: tuple[str, ...]
    target: str
    positive: str

    @property
    def names(self) -> list[str]:
        """All names, numbers first."""
        return [*self.numbers, *self.categories]

    def among(self, names: Sequence[str]) -> "Columns":
        """The same without the columns that are not among `names`."""
        return Columns(
            tuple(name for name in self.numbers if name in names),
            tuple(name for name in self.categories if name in names),
            self.formulas,
            self.target,
            self.positive,
        )

    @property
    def judged(self) -> "Columns":
        """The columns that every generator makes."""
        return self.among([name for name in self.names if name not in NOT_JUDGED])


def project_vars(root: Path) -> dict:
    """The vars of `dbt_project.yml`."""
    return yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]


def columns_of(values: Mapping, formulas: Sequence[str]) -> Columns:
    """From the project's vars and the names of formula fields."""
    return Columns(
        tuple(values["continuous_variables"]),
        tuple(values["categorical_variables"]),
        tuple(formulas),
        values["utility_target"]["variable"],
        values["utility_target"]["positive"],
    )


def as_judged(frame: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """The columns that `frame` has, numbers as float64 (NaN: missing), categories as str (None)."""
    here = columns.among(list(frame.columns))
    made = {name: frame[name].to_numpy(dtype=float, na_value=np.nan) for name in here.numbers}
    for name in here.categories:
        known = frame[name].notna()
        made[name] = frame[name].astype(object).where(known, None).map(str, na_action="ignore")
    return pd.DataFrame(made).reset_index(drop=True)


def complete(frame: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """The judged columns of rows without a missing value in them."""
    return frame[columns.judged.names].dropna().reset_index(drop=True)


def shuffled(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The rows in random order."""
    return frame.sample(frac=1, random_state=np.random.default_rng(seed), ignore_index=True)


def as_samples(parts: Mapping[str, pd.DataFrame], columns: Columns) -> dict[str, Sample]:
    """Samples by name, with levels in common."""
    frame = pd.concat([part.assign(source=name) for name, part in parts.items()])
    return samples(frame, columns.numbers, columns.categories)
