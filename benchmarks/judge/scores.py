"""All scores of one generator on one split, and the same of real rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from judge import rows as whole
from judge import variables
from judge.columns import Columns, shuffled
from likeness.schema.rules import RuleCheck


@dataclass(frozen=True)
class Count:
    """So many of so many."""

    k: int
    of: int


Value = float | Count | None


@dataclass
class Scores:
    """Values by metric, and for counts the names that were counted."""

    values: dict[str, Value] = field(default_factory=dict)
    named: dict[str, list[str]] = field(default_factory=dict)

    def count(self, metric: str, names: Sequence[str], of: int) -> None:
        """Set a metric to the number of `names`, out of so many."""
        self.values[metric] = Count(len(names), of)
        self.named[metric] = list(names)


@dataclass(frozen=True)
class Judge:
    """The two real sides of a split (as `columns.as_judged` gives them), and the settings.

    min_cell_rows: rows that a published number rests on; bins: of a number's KL divergence.
    """

    train: pd.DataFrame
    holdout: pd.DataFrame
    columns: Columns
    min_cell_rows: int
    bins: int
    seed: int

    def scores(self, rows: pd.DataFrame) -> Scores:
        """Scores of a generator's rows. Columns it does not make are left out of its counts."""
        train, holdout = self.train, self.holdout
        rows = shuffled(rows, self.seed)
        found = Scores()
        found.values |= whole.quality(train, rows, self.columns)
        found.values["c2st"] = whole.c2st(holdout, rows, self.columns, self.seed)
        found.values |= whole.tstr(
            train, holdout, rows, self.columns, self.min_cell_rows, self.seed
        )
        found.values["dcr_share"] = self._dcr_share(holdout, rows)
        self._count_copies(found, rows)
        self._count_against(found, holdout, rows)
        self._count_shares(found, rows)
        return found

    def real_scores(self) -> Scores:
        """The same of rows that no generator made.

        Train rows stand in for synthetic ones in C2ST and TSTR, holdout rows elsewhere; where the
        holdout is the measure itself, one half of it is judged by the other.
        """
        half = len(self.holdout) // 2
        mixed = shuffled(self.holdout, self.seed)
        rows, measure = mixed.head(half), mixed.tail(half)
        found = Scores()
        found.values |= whole.quality(self.train, self.holdout, self.columns)
        found.values["c2st"] = whole.c2st(self.holdout, self.train, self.columns, self.seed)
        found.values |= whole.tstr(
            self.train, self.holdout, self.train, self.columns, self.min_cell_rows, self.seed
        )
        found.values["dcr_share"] = self._dcr_share(measure, rows)
        self._count_copies(found, self.holdout)
        self._count_against(found, measure, rows)
        self._count_shares(found, self.holdout)
        return found

    def _dcr_share(self, holdout: pd.DataFrame, rows: pd.DataFrame) -> float | None:
        return whole.dcr_share(
            self.train, holdout, rows, self.columns, self.min_cell_rows, self.seed
        )

    def _count_copies(self, found: Scores, rows: pd.DataFrame) -> None:
        n = whole.copies(self.train, rows, self.columns)
        found.values["identical_match_share"] = Count(n, len(rows))

    def _count_against(self, found: Scores, holdout: pd.DataFrame, rows: pd.DataFrame) -> None:
        """Moments and KL divergences beside the holdout's own."""
        made = self.columns.among(list(rows.columns))
        sides = {"train": self.train, "holdout": holdout, "synthetic": rows}
        moments = variables.off_moments(sides, made, self.min_cell_rows)
        for moment, names in moments.items():
            found.count(f"off_{moment}", names, len(made.numbers))
        names = variables.off_divergences(sides, made, self.min_cell_rows, self.bins)
        found.count("off_kl", names, len(made.names))

    def _count_shares(self, found: Scores, rows: pd.DataFrame) -> None:
        made = self.columns.among(list(rows.columns))
        off, lost, of = variables.off_categories(self.train, rows, made)
        found.count("off_categories", off, of)
        found.count("missing_categories", lost, of)
        found.count("off_missing", *variables.off_missing(self.train, rows, made))


def broken(check: RuleCheck, rows: pd.DataFrame) -> Count:
    """Rows that break a rule."""
    kept = check(rows)
    return Count(int((~kept).any(axis=1).sum()), len(rows))
